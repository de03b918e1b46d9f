"""The database: migrations in both directions, times, and SQLite's durability."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import bindparam, func, inspect, select, table, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import UTCDateTime, write_transaction
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import decide
from blog.moderation.models import Decision
from blog.moderation.roles import Role
from blog.paths import MIGRATIONS
from blog.schema import needed_version, present_version
from tests.support.clients import PASSWORD
from tests.support.factories import NOON, make_article, make_comment

# The schema before comments had threads.
ARTICLE = """
INSERT INTO article (id, source, source_id, revision, slug, title, body_html, excerpt, image_alt, published_at,
updated_at, seo_title, seo_description)
VALUES (1, 's', 's', '1', 'on-tea', 'On Tea', '', '', '', :moment, :moment, '', '')
"""
COMMENT = """
INSERT INTO comment (id, article_id, status, revision, version, name, email, website, body, body_html,
cleaner_version, submitted_at, network, user_agent, held_reason, fingerprint, receipt_token)
VALUES (:id, 1, :status, 1, 1, 'Bea', 'b@example.org', '', 'Hi.', '<p>Hi.</p>', 1, :moment, '', '', '', :token, :token)
"""
MODERATOR = """
INSERT INTO moderator (id, name, name_key, password_hash, created_at) VALUES (1, 'Cleo', 'cleo', '-', :moment)
"""
DECISION = """
INSERT INTO decision (id, comment_id, moderator_id, from_status, to_status, revision, reason, decided_at)
VALUES (1, 1, 1, 'pending', 'approved', 1, '', :moment)
"""


def test_migrations_go_down_and_up_again_and_agree_with_the_models(app: Flask) -> None:
    downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade()
    check()


def test_the_schema_is_needed_and_found_in_the_version_that_alembic_says(app: Flask) -> None:
    assert needed_version() == ScriptDirectory(str(MIGRATIONS)).get_current_head()
    for present, revision in (("0033", "0033"), ("0032", "0032"), (None, "base")):
        downgrade(revision=revision)
        with db.engine.connect() as connection:
            assert present_version(connection) == present
    upgrade()


def test_migrations_go_down_and_up_again_with_rows(app: Flask) -> None:
    comment = make_comment(make_article(tags=("Tea",)), "Lovely.")
    moderator = accounts.add("Cleo", PASSWORD)
    decide(comment.id, to=Status.APPROVED, revision=comment.revision, version=comment.version, moderator=moderator)
    db.session.remove()
    downgrade(revision="0001")
    for name in ("article", "article_tag", "comment", "decision"):
        with db.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(table(name))) == 1, name
    upgrade()
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM decision")) == 1


def test_old_comments_become_threads_and_keep_their_receipts(app: Flask) -> None:
    downgrade(revision="0007")
    with db.engine.begin() as connection:
        moment = bindparam("moment", value=NOON, type_=UTCDateTime())
        rows = [{"id": 1, "status": "approved", "token": "token-1"}, {"id": 2, "status": "pending", "token": "token-2"}]
        connection.execute(text(ARTICLE).bindparams(moment))
        for row in rows:
            connection.execute(text(COMMENT).bindparams(moment), row)
        connection.execute(text(MODERATOR).bindparams(moment))
        connection.execute(text(DECISION).bindparams(moment))
    upgrade()
    approved, pending = db.session.scalars(select(Comment).order_by(Comment.id)).all()
    assert approved.receipt_token_hash == sha256(b"token-1").hexdigest()
    assert (approved.parent_id, approved.root_id, approved.depth, approved.path) == (None, None, 0, "")
    assert (approved.status, pending.status) == (Status.APPROVED, Status.PENDING)
    assert db.session.scalars(select(Article.comment_count)).one() == 1
    assert db.session.scalars(select(Decision.comment_id)).all() == [approved.id]
    assert app.test_client().get("/comments/token-2").status_code == 200
    db.session.remove()
    downgrade(revision="0007")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(DISTINCT receipt_token) FROM comment")) == 2
    upgrade()


def test_a_naive_time_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        make_article(published_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_time_comes_back_aware_and_in_utc(app: Flask) -> None:
    article = make_article()
    db.session.expire_all()
    assert article.published_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert article.published_at.tzinfo == UTC


@pytest.mark.parametrize("statement", ["UPDATE account_event SET detail = 'x'", "DELETE FROM account_event"])
def test_the_log_of_accounts_refuses_to_be_changed(app: Flask, statement: str) -> None:
    accounts.add("Cleo", PASSWORD)
    with pytest.raises(DBAPIError, match="append-only"), write_transaction(db.session()) as session:
        session.execute(text(statement))


def test_accounts_from_before_roles_become_administrators(app: Flask) -> None:
    downgrade(revision="0012")
    row = "INSERT INTO moderator (name, name_key, password_hash, created_at) VALUES ('Cleo', 'cleo', '-', '2026-01-01')"
    with write_transaction(db.session()) as session:
        session.execute(text(row))
    upgrade()
    assert accounts.named("Cleo").role == Role.ADMINISTRATOR


@pytest.mark.only_on("sqlite", reason="pragmas are SQLite's")
def test_sqlite_loses_no_committed_transaction(app: Flask) -> None:
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


@pytest.mark.only_on("postgresql", reason="the tests keep connections to PostgreSQL alone")
def test_a_connection_that_is_kept_for_the_next_test_is_as_a_new_one(app: Flask) -> None:
    with db.engine.connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
        connection.execute(text("CREATE TEMPORARY TABLE tea (leaf text)"))
        connection.execute(text("SELECT pg_advisory_lock(7), set_config('statement_timeout', '7ms', false)"))
        connection.commit()
    db.engine.dispose()
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == process
        assert connection.scalar(text("SELECT to_regclass('tea')")) is None
        assert (
            connection.scalar(
                text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            )
            == 0
        )
        assert connection.scalar(text("SHOW statement_timeout")) == "10min"
