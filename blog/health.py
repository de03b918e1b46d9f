"""Health checks: ``/healthz`` reports that the process runs, ``/readyz`` that the database answers."""

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
    """Forbid caching, because a health status is valid only for a moment."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Report that the process runs."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Report whether the database answers and its file is still the one that was opened; 503 if not.

    The purge watcher queries the database all the time in its own thread. While it gets no answer, this view makes no
    query, so that it does not hang. ``source`` shows the age of the content and refused withdrawals.
    """
    watcher = cache_of(current_app).watcher
    stale_seconds = round(watcher.stale_seconds)
    # The file is checked first: a deleted one can still be read through open connections, so the watcher gets answers.
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
