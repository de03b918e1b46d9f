"""``/healthz`` says that the process runs, ``/readyz`` that the blog can do its work."""

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from blog.cache import cache_of
from blog.config import settings
from blog.extensions import db
from blog.sources.registry import source_name
from blog.sqlite_file import lost_file
from blog.sync.state import source_health

blueprint = Blueprint("health", __name__)


@blueprint.after_request
def forbid_caching(response: Response) -> Response:
    """Let nothing keep what is true for a moment only."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether the database answers and is the one that was opened; 503 otherwise. Kept pages are served meanwhile.

    The purge watcher asks the database all the time, on a thread of its own; while it has no answer, nothing here asks.
    ``source`` says how old the content is, and whether an operator has to decide on refused withdrawals.
    """
    watcher = cache_of(current_app).watcher
    stale_seconds = round(watcher.stale_seconds)
    state = lost_file(db.engine) or ("ok" if watcher.has_answer() else "gone")
    source = None
    try:
        if state == "ok":
            source = source_health(source_name(settings))
    except SQLAlchemyError:
        db.session.rollback()
        state = "gone"
    if state != "ok":
        return {"status": "unready", "database": state, "stale_seconds": stale_seconds}, 503
    return {"status": "ready", "database": state, "stale_seconds": stale_seconds, "source": source}
