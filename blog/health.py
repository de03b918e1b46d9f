"""How the blog is, for whatever watches it: ``/healthz`` says that it runs, ``/readyz`` that it can do its work."""

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from blog.cache import cache_of
from blog.config import settings
from blog.extensions import db
from blog.sources.registry import source_name
from blog.sync.state import source_health

blueprint = Blueprint("health", __name__)


@blueprint.after_request
def keep_fresh(response: Response) -> Response:
    """Let nothing keep what is true for a moment only."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether the database answers: 503 where it does not. Kept pages are served meanwhile, and grow stale.

    ``source`` says how old the content is, and whether an operator has to decide on refused withdrawals.
    """
    watch = cache_of(current_app).watcher
    stale = round(watch.stale_seconds)
    try:
        db.session.execute(text("SELECT 1"))
        source = source_health(source_name(settings))
    except SQLAlchemyError:
        db.session.rollback()
        return {"status": "unready", "database": "gone", "stale_seconds": stale}, 503
    return {"status": "ready", "database": "ok", "stale_seconds": stale, "source": source}
