"""The database: migrations both ways, times, and what SQLite promises."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import func, inspect, select, table, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from blog.comments.models import Status
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import decide
from blog.moderation.models import Decision, Moderator
from tests.support.factories import make_article, make_comment


def test_migrations_go_down_and_up_again_and_agree_with_the_models(app: Flask) -> None:
    downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade()
    check()


def test_migrations_go_down_and_up_again_with_rows(app: Flask) -> None:
    comment = make_comment(make_article(tags=("Tea",)), "Lovely.")
    moderator = accounts.add("Cleo", "correct horse battery")
    decide(comment.id, to=Status.APPROVED, revision=comment.revision, version=comment.version, moderator=moderator)
    db.session.remove()
    downgrade(revision="0001")
    for name in ("article", "article_tag", "comment", "decision"):
        with db.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(table(name))) == 1, name
    upgrade()
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM decision")) == 1


def test_a_naive_time_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        make_article(published_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_time_comes_back_aware_and_in_utc(app: Flask) -> None:
    article = make_article()
    db.session.expire_all()
    assert article.published_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert article.published_at.tzinfo == UTC


@pytest.mark.parametrize("statement", ["UPDATE decision SET reason = 'x'", "DELETE FROM decision"])
def test_the_log_refuses_to_be_changed(app: Flask, statement: str) -> None:
    comment = make_comment(make_article())
    with write_transaction(db.session()) as session:
        cleo = Moderator(name="Cleo", name_key="cleo", password_hash="-", created_at=comment.submitted_at)
        session.add(
            Decision(
                comment=comment, moderator=cleo, from_status=Status.PENDING, to_status=Status.SPAM,
                revision=1, reason="", decided_at=comment.submitted_at,
            )
        )  # fmt: skip
    with pytest.raises(DBAPIError, match="append-only"), write_transaction(db.session()) as session:
        session.execute(text(statement))


@pytest.mark.only_on("sqlite", reason="pragmas are SQLite's")
def test_sqlite_keeps_what_it_acknowledged(app: Flask) -> None:
    pragmas = {
        name: db.session.scalar(text(f"PRAGMA {name}"))
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5_000}


@pytest.mark.only_on("sqlite", reason="PostgreSQL locks rows, not the database")
def test_a_writer_takes_the_write_lock_before_it_reads(app: Flask) -> None:
    with write_transaction(db.session()):
        other = sqlite3.connect(str(db.engine.url.database), timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_writers_of_one_process_take_turns(app: Flask) -> None:
    article = make_article()

    def write_ten_times() -> None:
        with app.app_context():
            for _ in range(10):
                with write_transaction(db.session()) as session:
                    if session.get_bind().dialect.name == "sqlite":
                        session.execute(text("PRAGMA busy_timeout=0"))
                    session.execute(update(Article).where(Article.id == article.id).values(title="Again"))

    with ThreadPoolExecutor(8) as pool:
        for writer in [pool.submit(write_ten_times) for _ in range(8)]:
            writer.result()
    db.engine.dispose()
