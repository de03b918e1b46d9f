"""A throw-away PostgreSQL server made of the machine's own binaries."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.support.requirements import unavailable

START_SECONDS = 60
TABLES = """
    SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'version', version_num FROM alembic_version
    ORDER BY 1, 2
"""
EMPTY = """
    DO $$ BEGIN
        PERFORM set_config('session_replication_role', 'replica', true);  -- no trigger keeps the log from being emptied
        EXECUTE (
            SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY CASCADE'
            FROM pg_tables WHERE schemaname = 'public' AND tablename != 'alembic_version'
        );
    END $$
"""


Tables = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Cluster:
    folder: Path
    binaries: Path
    user: str

    @classmethod
    def start(cls) -> "Cluster":
        """Make a cluster in a folder of its own and start it, reachable over a socket there, not over the network."""
        # Not below pytest's own folders: those are closed to the other user under whom PostgreSQL runs.
        folder = Path(tempfile.mkdtemp(prefix="blog-postgresql-"))
        cluster = cls(folder, _binaries(), _user())
        if os.geteuid() == 0:
            shutil.chown(folder, cluster.user)
        cluster._run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", "--username=blog", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=200"
        log = str(folder / "log")
        cluster._run("pg_ctl", "--wait", f"--timeout={START_SECONDS}", f"--log={log}", f"--options={options}", "start")
        return cluster

    @classmethod
    def at(cls, folder: str) -> "Cluster":
        """The running cluster in ``folder``."""
        return cls(Path(folder), _binaries(), _user())

    def stop(self) -> None:
        """Stop it, and leave nothing of it."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(self.folder)

    def create(self, name: str, template: str = "template0") -> str:
        """Create the database ``name``, a copy of ``template``, and return its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with self._connect("postgres") as connection:
            connection.execute(statement)
        return self._url(name)

    def renewed(self, name: str, template: str, tables: Tables) -> str:
        """Make ``name`` as empty as ``template``, whose ``tables`` are given, and return its URL.

        Emptying a database is three times as fast as copying one.
        """
        with self._connect("postgres") as connection:
            statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(statement, [name])
            names = connection.execute("SELECT datname FROM pg_database WHERE datname = %s", [name]).fetchall()
        if names and self.tables(name) == tables:
            # A thread of an application that the last test left behind may read just now; then it is made anew.
            with suppress(psycopg.errors.DeadlockDetected), self._connect(name) as connection:
                connection.execute(EMPTY)
                return self._url(name)
        with self._connect("postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        return self.create(name, template)

    def tables(self, name: str) -> Tables:
        """The tables of a database with their columns, and the version of its schema."""
        with self._connect(name) as connection:
            return connection.execute(TABLES).fetchall()

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="blog", dbname=name, autocommit=True)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://blog@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root, as which containers often run their tests.
        become = ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []
        command = [*become, str(self.binaries / program), f"--pgdata={self.folder / 'data'}", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, timeout=2 * START_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            unavailable(f"{program} failed: {done.stderr.strip()}")


def _binaries() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    if not found:
        unavailable("PostgreSQL's server programs are missing (on Debian: apt install postgresql)")
    return Path(found).resolve().parent


def _user() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {user.pw_name for user in pwd.getpwall()}
    name = next((name for name in ("postgres", "nobody") if name in known), None)
    if name is None:
        unavailable("PostgreSQL does not run as root, and there is no user postgres or nobody")
    return name
