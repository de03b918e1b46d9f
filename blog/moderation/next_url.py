"""The page to which a moderator is redirected, which is always under ``/moderation``."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException


def current_url() -> str:
    """The URL of the current page, to come back to."""
    # Werkzeug puts the "?" at the end also where there is no query.
    return request.full_path.rstrip("?")


def safe_next_url(address: str | None) -> str:
    """``address`` if it is a page under ``/moderation``, else the queue. It is built again from its parts."""
    queue = url_for("moderation.queue")
    try:
        url = urlsplit(address or "")
        # A redirect is followed with GET, so the address of a form, which takes POST alone, is no page to go to.
        endpoint, values = current_app.create_url_adapter(request).match(url.path, method="GET")  # type: ignore[union-attr]
    except (ValueError, HTTPException):
        return queue
    if url.scheme or url.netloc or not endpoint.startswith("moderation."):
        return queue
    # Not ``address`` itself: a browser may read as another host what urlsplit() reads as a path (``/\evil.example``).
    return url_for(endpoint, **values) + (f"?{url.query}" if url.query else "")


def after_decision(address: str | None, row_id: int | None, name: str = "decided") -> str:
    """The URL of the page ``address`` that also reports the decision and offers to undo it.

    :param name: ``bulk`` for a bulk decision.
    """
    url = urlsplit(safe_next_url(address))
    query = [pair for pair in parse_qsl(url.query) if pair[0] not in {"decided", "bulk"}]
    if row_id is not None:
        query.append((name, str(row_id)))
    return url.path + (f"?{urlencode(query)}" if query else "")
