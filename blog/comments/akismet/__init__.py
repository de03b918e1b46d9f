"""Akismet, an outside spam filter: the worker asks it about comments and reports moderators' decisions to it."""

from contextlib import AbstractContextManager, nullcontext
from functools import partial

from flask import Flask

from blog.background_threads import repeating

POLL_SECONDS = 1.0


def asking_akismet(app: Flask) -> AbstractContextManager[None]:
    """Ask Akismet in a thread until the block ends, if the settings have a key."""
    key: str | None = app.config["BLOG"].akismet_key
    if key is None:
        return nullcontext()
    from blog.comments.akismet.client import ask  # noqa: PLC0415 - httpx slows every start
    from blog.comments.akismet.worker import AkismetWorker  # noqa: PLC0415

    return repeating("akismet", POLL_SECONDS, AkismetWorker(partial(ask, key)).work, app)
