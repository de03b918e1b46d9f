"""A temporary PostgreSQL server, run from the machine's own binaries."""

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

from tests.support import shared
from tests.support.kept_connections import kept_processes
from tests.support.requirements import unavailable

START_SECONDS = 60
IN_A_HURRY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
"""The server's data need not survive a crash of the machine."""
SCHEMA = """
    SELECT version_num || string_agg(relname || '.' || attname, ',' ORDER BY relname, attname)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, alembic_version
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    GROUP BY version_num
"""
"""Returns the version of the schema, and the names of all tables with their columns."""
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid != pg_backend_pid()
"""
# A function of the connection plans its statements only once. Deleting leaves dead rows, so large tables are truncated
# instead, although that takes ten times as long.
CREATE_EMPTY = """
    SET session_replication_role = replica;  -- no trigger keeps the log from being emptied
    DO $do$ DECLARE tables text[]; BEGIN
        SELECT array_agg(oid::regclass::text) INTO tables FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname != 'alembic_version';
        EXECUTE format($function$
            CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
                IF (SELECT sum(pg_table_size(name::regclass)) FROM unnest(%L::text[]) name) > 1000000 THEN
                    TRUNCATE %s CASCADE;
                ELSE
                    %s
                END IF;
                %s
            END $$ $function$,
            tables,
            array_to_string(tables, ', '),
            (SELECT string_agg(format('DELETE FROM %s;', name), ' ') FROM unnest(tables) name),
            (SELECT string_agg(format('PERFORM setval(%L, %s, false);', sequencename, start_value), ' ')
             FROM pg_sequences)
        );
    END $do$
"""
EMPTY = "SELECT pg_temp.empty()"


@dataclass(frozen=True)
class Cluster:
    folder: Path
    binaries: Path
    user: str

    @classmethod
    def start(cls) -> "Cluster":
        """Create a cluster in a new folder and start it. It listens on a socket there, not on the network."""
        # Not below pytest's folders: the other user who runs PostgreSQL cannot read them.
        run = shared.folder().name if shared.is_test_run() else "blog"
        folder = Path(tempfile.mkdtemp(prefix=f"{run}-postgresql-"))
        cluster = cls(folder, _binaries(), _user())
        if os.geteuid() == 0:
            shutil.chown(folder, cluster.user)
        cluster._run("initdb", "--auth=trust", "--encoding=UTF8", "--no-sync", "--username=blog", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200 {IN_A_HURRY}"
        log = str(folder / "log")
        cluster._run("pg_ctl", "--wait", f"--timeout={START_SECONDS}", f"--log={log}", f"--options={options}", "start")
        return cluster

    @classmethod
    def at(cls, folder: str) -> "Cluster":
        """The running cluster in ``folder``."""
        return cls(Path(folder), _binaries(), _user())

    def stop(self) -> None:
        """Stop it if it runs, and delete its files."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(self.folder)

    def create(self, name: str, template: str = "template0") -> str:
        """Create the database ``name``, a copy of ``template``, and return its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with self.connect("postgres") as connection:
            connection.execute(statement)
        return self.url(name)

    def connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="blog", dbname=name, autocommit=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://blog@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root, but tests in containers often do.
        become = ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []
        command = [*become, str(self.binaries / program), f"--pgdata={self.folder / 'data'}", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, timeout=2 * START_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            unavailable(f"{program} failed: {done.stderr.strip()}")


class EmptiedDatabase:
    """A database that can be emptied again and again, so that it is like its template.

    One connection is kept for that, because a new one costs more than all the rest: it knows no table yet.
    """

    def __init__(self, cluster: Cluster, name: str, template: str) -> None:
        self._cluster = cluster
        self._name = name
        self._template = template
        self._connection: psycopg.Connection | None = None
        with cluster.connect(template) as connection:
            self._schema = _schema(connection)

    def renew(self) -> str:
        """End all other connections, empty it or create it, and return its URL."""
        # A test may have ended the open connection, so a new one is tried, too.
        if not self._empty() and not self._empty():
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self._name))
            with self._cluster.connect("postgres") as connection:
                connection.execute(drop)
            self._cluster.create(self._name, self._template)
        return self._cluster.url(self._name)

    def close(self) -> None:
        """Close the open connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _empty(self) -> bool:
        # The database may not exist, and a thread that a test left behind may be reading from it.
        with suppress(psycopg.OperationalError):
            self._connection = self._connection or self._connect()
            self._connection.execute(f"{OTHERS} AND pid != ALL(%s)", [kept_processes()])
            if _schema(self._connection) == self._schema:
                self._connection.execute(EMPTY)
                return True
        self.close()
        return False

    def _connect(self) -> psycopg.Connection:
        connection = self._cluster.connect(self._name)
        connection.execute(CREATE_EMPTY)
        return connection


def _schema(connection: psycopg.Connection) -> tuple[Any, ...] | None:
    return connection.execute(SCHEMA).fetchone()


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
