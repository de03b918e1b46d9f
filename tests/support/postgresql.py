"""A throw-away PostgreSQL server made of the machine's own binaries."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.requirements import unavailable

START_SECONDS = 60


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
        with psycopg.connect(host=str(self.folder), user="blog", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)
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
