"""What an operator reads about an error of the database."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError

from blog import postgresql_connection
from blog.database_errors import error_sentence, remedy


def engine_for(folder: Path) -> Engine:
    """An engine that keeps no connection open."""
    return create_engine(f"sqlite:///{folder}/blog.sqlite3", poolclass=NullPool)


def test_the_message_is_one_line_without_the_statement() -> None:
    error = OperationalError("SELECT secret FROM tea", {}, sqlite3.OperationalError("no such\n table: tea"))
    assert error_sentence(error) == "The database reported an error (no such table: tea)."


@pytest.mark.parametrize("content", [b"This is a text and not a database, however long it is. " * 9, b""])
def test_a_file_that_is_not_a_database_is_to_be_restored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "blog.sqlite3").write_bytes(content)
    with pytest.raises(DBAPIError) as caught, engine_for(tmp_path).connect() as opened:
        opened.execute(text("SELECT title FROM article"))
    assert ("restore a backup" if content else "blog db upgrade") in remedy(caught.value)


def test_a_database_that_cannot_be_created_needs_a_writable_folder(tmp_path: Path) -> None:
    with pytest.raises(DBAPIError) as caught:
        engine_for(tmp_path / "nowhere").connect()
    assert "write to the file, to its folder" in remedy(caught.value)


def test_a_database_that_is_locked_is_in_use(tmp_path: Path) -> None:
    engine = engine_for(tmp_path)
    with closing(sqlite3.connect(tmp_path / "blog.sqlite3")) as other, engine.connect() as opened:
        other.execute("BEGIN EXCLUSIVE")
        opened.execute(text("PRAGMA busy_timeout=0"))
        with pytest.raises(DBAPIError) as caught:
            opened.execute(text("CREATE TABLE tea (leaf)"))
    assert "Another program is writing to it" in remedy(caught.value)


def test_a_server_whose_name_cannot_be_looked_up_is_given_up(dead_dns: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_connection, "OPEN_SECONDS", 0.2)
    began = time.monotonic()
    with pytest.raises(DBAPIError, match=r"no connection within 0\.2 s.*DNS") as caught:
        create_engine("postgresql+psycopg://database.example/blog").connect()
    assert time.monotonic() - began < 5
    assert "correct BLOG_DATABASE_URL" in remedy(caught.value)


def test_a_server_that_does_not_answer_is_to_be_started() -> None:
    error = OperationalError(None, None, psycopg.OperationalError("Connection refused"))
    assert remedy(error) == "Start the database, or correct BLOG_DATABASE_URL."


def test_a_user_without_rights_is_to_own_the_database() -> None:
    error = ProgrammingError("CREATE TABLE tea", {}, psycopg.errors.InsufficientPrivilege("permission denied"))
    assert "owner of the database" in remedy(error)


def test_tables_that_are_missing_or_old_are_to_be_migrated() -> None:
    for missing in (psycopg.errors.UndefinedTable("no"), sqlite3.OperationalError("no such column: mood")):
        assert "blog db upgrade" in remedy(OperationalError("SELECT 1", {}, missing))


def test_another_error_has_no_remedy() -> None:
    assert remedy(InterfaceError("SELECT 1", {}, sqlite3.InterfaceError("odd"))) == ""
