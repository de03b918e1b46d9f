"""Applications in this process that leave no connection behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from blog import create_app
from blog.cache import cache_of
from blog.config import Settings
from blog.extensions import db


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """An application for ``settings`` with its context; all connections are closed at the end."""
    app = create_app(settings)
    with using(app):
        yield app


@contextmanager
def using(app: Flask) -> Iterator[None]:
    """The context of ``app``; all its connections are closed at the end."""
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            close(app)


def close(app: Flask) -> None:
    """Stop what ``app`` does in the background, and close its connections."""
    cache_of(app).watcher.stop()  # its thread would still be reading the database that the next test empties
    with app.app_context():
        db.engine.dispose()
