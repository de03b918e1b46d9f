"""The application of a command, which closes its database connections when the command ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask import Flask

from blog import create_app

if TYPE_CHECKING:
    from blog.config import Settings


def create_command_app(settings: "Settings | None" = None) -> Flask:
    """Create the application of the command that runs now, from ``settings`` or from the environment.

    :raises blog.errors.OperatorError: a setting, the instance folder or the theme cannot be used.
    """
    app = create_app(settings)
    click.get_current_context().with_resource(closing_connections(app))
    return app


@contextmanager
def closing_connections(app: Flask) -> Iterator[None]:
    """Close the database connections of ``app`` at the end of the block."""
    from blog.extensions import db  # noqa: PLC0415 - needs SQLAlchemy, which slows every start

    try:
        yield
    finally:
        with app.app_context():
            db.engine.dispose()
