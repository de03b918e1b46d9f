"""Checks the database: its answer, its schema, and for SQLite its file."""

from collections.abc import Iterator

from sqlalchemy import text

from blog.doctor.findings import Finding, failed, good
from blog.extensions import db
from blog.schema import NEWER_SCHEMA, is_from_newer_program, needed_version, present_version


def check_database() -> Iterator[Finding]:
    """Check that the database answers, is not damaged, and has the current schema."""
    with db.engine.connect() as connection:
        present, wanted = present_version(connection), needed_version()
        if present is None:
            yield failed("database", "it is empty; blog serve creates the tables, and so does: blog db upgrade")
            return
        if is_from_newer_program(present):
            yield failed("database", NEWER_SCHEMA.format(present))
            return
        if present != wanted:
            yield failed("database", f"its schema is {present}, this program needs {wanted}; run: blog db upgrade")
            return
        if db.engine.dialect.name == "sqlite":
            # Faster than integrity_check, because it does not compare the indexes with the tables.
            verdict = connection.scalar(text("PRAGMA quick_check"))
            if verdict != "ok":
                yield failed("database", f"SQLite finds it damaged ({verdict}); restore a backup")
                return
    yield good("database", f"{db.engine.url.render_as_string()}, schema {present}")
