"""Backs up and restores PostgreSQL with its own tools: pg_dump, pg_restore and psql."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from blog.backup import Progress
from blog.backup.archive_file import BackupUnusable

NAME = "database.dump"
POLL_SECONDS = 0.2
CONNECT_SECONDS = 5


def dump(url: str, folder: Path, progress: Progress) -> Path:
    """Dump the database at ``url`` to a file in ``folder`` and return its path.

    :raises BackupUnusable: pg_dump is missing or failed.
    """
    target = folder / NAME
    # A restore may be on a server with other users. Other schemas may be those that earlier restores have put aside.
    arguments = ["--format=custom", "--no-owner", "--no-privileges", "--schema=public", f"--file={target}"]
    _run("pg_dump", [*arguments, *_connection_arguments(url)], url, target, progress)
    return target


def check(dumped: Path) -> None:
    """Read the whole dump to check it.

    :raises BackupUnusable: the dump is damaged.
    """
    _run("pg_restore", ["--file=/dev/null", str(dumped)], None, dumped, lambda *_: None)


def refuse_connections(url: str) -> None:
    """Raise if there are other connections to the database.

    :raises BackupUnusable: there are other connections, or the database cannot be reached.
    """
    statement = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    """
    try:
        with psycopg.connect(_for_libpq(make_url(url)), connect_timeout=CONNECT_SECONDS) as connection:
            row = connection.execute(statement).fetchone()
    except psycopg.Error as error:
        raise BackupUnusable(f"The database cannot be reached ({' '.join(str(error).split())}).") from error
    if row and row[0]:
        what = f"The database is in use (connections: {row[0]})"
        raise BackupUnusable(f"{what}. Stop the blog and all other programs that use it. Nothing was changed.")


def put_in_place(dumped: Path, url: str, aside: str, folder: Path, progress: Progress) -> None:
    """Restore ``dumped``; the former tables are kept in the schema ``aside``.

    Everything runs in one transaction, so a crash leaves the database unchanged.

    :raises BackupUnusable: PostgreSQL reported an error.
    """
    # First as a script and not into the database, because pg_restore could not rename the schema in its transaction.
    restored = folder / "restore.sql"
    _run("pg_restore", ["--no-owner", "--no-privileges", f"--file={restored}", str(dumped)], None, restored, progress)
    script = folder / "script.sql"
    with script.open("w", encoding="utf-8") as file, restored.open(encoding="utf-8") as lines:
        name = sql.Identifier(aside).as_string(None)
        file.write(f"ALTER SCHEMA public RENAME TO {name};\nCREATE SCHEMA public;\n")
        # A dump of one schema creates it again, which would be an error.
        file.writelines(line for line in lines if line != "CREATE SCHEMA public;\n")
    arguments = ["--single-transaction", "--set=ON_ERROR_STOP=1", "--quiet", "--no-psqlrc", f"--file={script}"]
    _run("psql", [*arguments, *_connection_arguments(url)], url, script, progress)


def _run(program: str, arguments: list[str], url: str | None, growing: Path, progress: Progress) -> None:
    """Run one of PostgreSQL's programs. The size of the file ``growing`` is shown as progress."""
    found = shutil.which(program)
    if found is None:
        raise BackupUnusable(f"{program} is missing. Install PostgreSQL's client (on Debian: postgresql-client).")
    password = make_url(url).password if url else None
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    with subprocess.Popen(  # noqa: S603 - a program of PostgreSQL's with arguments of ours
        [found, *arguments], env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            errors = _follow(process, program, growing, progress)
        except BaseException:
            # Otherwise the end of the block would wait until the program has finished.
            process.terminate()
            raise
    if process.returncode:
        raise BackupUnusable(f"{program} failed ({' '.join(errors.split())[:500]}).")


def _follow(process: subprocess.Popen[str], program: str, growing: Path, progress: Progress) -> str:
    """Show progress until ``process`` ends, and return its error output."""
    while True:
        try:
            return process.communicate(timeout=POLL_SECONDS)[1]
        except subprocess.TimeoutExpired:
            progress(f"Running {program}", growing.stat().st_size if growing.exists() else 0, 0)


def _connection_arguments(url: str) -> list[str]:
    # The password is passed in the environment, because all users can see a process's arguments.
    parts = make_url(url)
    bare = URL.create(parts.drivername, parts.username, None, parts.host, parts.port, parts.database, parts.query)
    return [f"--dbname={_for_libpq(bare)}"]


def _for_libpq(url: URL) -> str:
    """Return ``url`` as PostgreSQL's own library reads it; SQLAlchemy leaves spaces as they are."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False).replace(" ", "%20")
