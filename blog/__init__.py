"""A blog server: articles from a headless CMS or a folder, comments that a moderator decides on."""

from typing import TYPE_CHECKING

from blog.garbage_collection import collector_paused

if TYPE_CHECKING:
    from flask import Flask

    from blog.config import Settings

__all__ = ["create_app"]


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Create the application. Without ``settings``, they are read from the environment and ``.env``.

    Python runs this file whenever a module of the package is imported. So the application is imported only here, and a
    process that needs a single module starts in a fraction of the time.

    :raises blog.errors.OperatorError: a setting, the instance folder or the theme cannot be used.
    """
    with collector_paused():
        from blog import factory  # noqa: PLC0415

    return factory.create_app(settings)
