"""How Alembic reaches the application's database: over the engine that Flask-SQLAlchemy made.

On SQLite a migration takes the write lock at its start, so that two servers that start together migrate one after the
other; on PostgreSQL an advisory lock does the same.
"""

from alembic import context
from flask import current_app
from sqlalchemy import Engine, MetaData, text

from blog.database import BEGIN

ADVISORY_LOCK = 0x626C6F67
"""Any number that no other program uses on this database."""


def run() -> None:
    database = current_app.extensions["migrate"].db
    engine: Engine = database.engine
    metadata: MetaData = database.metadata
    with engine.connect().execution_options(**{BEGIN: "BEGIN IMMEDIATE"}) as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith("search_entry"),
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            context.run_migrations()


run()
