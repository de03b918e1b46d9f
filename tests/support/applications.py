"""Applications in this process that leave no connection behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from blog import create_app
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
            db.engine.dispose()
