"""What the tests of backups share: a backup of a blog with a comment, an image and a key."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from blog.backup.create import backup
from blog.config import Settings
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import make_article, make_comment
from tests.support.kept_connections import close_kept_connections
from tests.support.postgresql import OTHERS


def quiet(what: str, done: int, total: int) -> None:
    assert done >= 0
    assert total == 0 or done <= total, what


def close() -> None:
    db.session.remove()
    db.engine.dispose()
    close_kept_connections()


@pytest.fixture
def alone(app: Flask) -> None:
    """End the connection with which the tests empty their database: a restore refuses while others are connected."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(OTHERS))
        close()


@pytest.fixture
def copy(alone: None, settings: Settings, tmp_path: Path) -> Path:
    """A backup of a blog with a comment, an image and a key. The comment was edited after it."""
    comment = make_comment(make_article(), "Before.")
    (settings.instance / "media").mkdir()
    (settings.instance / "media" / "a.webp").write_bytes(b"an image")
    path = tmp_path / "copy.tar"
    backup(settings, path, quiet)
    with write_transaction(db.session()) as session:
        session.execute(text("UPDATE comment SET body = 'After.' WHERE id = :id"), {"id": comment.id})
    close()
    return path
