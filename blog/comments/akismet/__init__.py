"""Akismet, an outside spam filter: the worker asks it about comments and reports moderators' decisions to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask


@contextmanager
def asking_akismet(app: Flask) -> Iterator[None]:
    """Ask Akismet in a thread until the block ends, if the settings have a key."""
    key: str | None = app.config["BLOG"].akismet_key
    if key is None:
        yield
        return
    from blog.comments.akismet.worker import asking  # noqa: PLC0415 - httpx slows every start

    with asking(app, key):
        yield
