"""The error pages for readers, without internal details; problem+json (RFC 9457) if the client asked for JSON."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from markupsafe import escape
from sqlalchemy.exc import DataError, DBAPIError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, ServiceUnavailable

from blog.database_errors import reason
from blog.unsaved_text import unsaved_form

RETRY_AFTER_SECONDS = 10
SHOWS_TYPED_TEXT = frozenset({404, 410, 429, 500, 503})
"""Status codes whose error page shows the submitted form again, so that the reader's text is not lost.

After 404 and 410, which mean that the article is gone, it can only be copied.
"""

EXPLANATIONS = {
    400: (
        lazy_gettext("That request could not be read"),
        lazy_gettext("Go back, look at the form once more, and send it again."),
    ),
    401: (lazy_gettext("Please sign in"), lazy_gettext("This page is for moderators.")),
    403: (
        lazy_gettext("That is not allowed"),
        lazy_gettext("The request did not come from a page of this blog."),
    ),
    404: (
        lazy_gettext("There is nothing at this address"),
        lazy_gettext("The article may have moved, or the link may be mistyped."),
    ),
    405: (
        lazy_gettext("That does not work here"),
        lazy_gettext("This address does not answer that kind of request."),
    ),
    408: (
        lazy_gettext("That took too long to arrive"),
        lazy_gettext("The connection may be slow. Your browser’s back button still has the text; send it again."),
    ),
    410: (
        lazy_gettext("This article is gone"),
        lazy_gettext("Its author has withdrawn it. The newest articles are below."),
    ),
    413: (
        lazy_gettext("That is too large"),
        lazy_gettext("Shorten the text and send it again. Your browser’s back button still has it."),
    ),
    415: (
        lazy_gettext("That is not a form"),
        lazy_gettext("This address takes what a form sends, and nothing else."),
    ),
    429: (lazy_gettext("That was a little too fast"), lazy_gettext("Wait a minute, then try again.")),
    500: (
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("It has been noted. Please try again in a little while."),
    ),
    503: (
        lazy_gettext("The blog cannot answer at the moment"),
        lazy_gettext("Please try again in a few seconds."),
    ),
}


def init_app(app: Flask, render: Callable[..., str]) -> None:
    """Register the error handlers of ``app``; ``render`` renders a template with a context."""
    app.extensions["error_page"] = render
    app.register_error_handler(HTTPException, error_response)
    app.register_error_handler(DBAPIError, answer_database_error)
    app.register_error_handler(PendingRollbackError, answer_database_error)
    app.register_error_handler(PoolTimeout, answer_database_error)
    app.register_error_handler(DataError, answer_unstorable_value)


def answer_database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    """Log the error and answer 503 if the database is locked, full or not reachable.

    Any other database error is a bug and is raised again.
    """
    is_passing = isinstance(error, OperationalError | PendingRollbackError | PoolTimeout)
    # A lost connection may also be reported as another class, such as InterfaceError.
    if not is_passing and not getattr(error, "connection_invalidated", False):
        raise error
    current_app.logger.error("The database did not answer: %s", reason(error))
    return error_response(ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS))


def answer_unstorable_value(_: DataError) -> ResponseReturnValue:
    """Answer 404 (or 400 to a form) if the request has a value that the database cannot store, such as a NUL."""
    return error_response(NotFound() if request.method in {"GET", "HEAD"} else BadRequest())


def error_response(error: HTTPException) -> ResponseReturnValue:
    """Return an HTTP error as a page, or as problem+json if the client asked for JSON."""
    # Werkzeug's redirects are HTTPExceptions too, and abort() may have been called with a complete response.
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    title, detail = explanation(error.code)
    headers = {"Cache-Control": "no-store"}
    headers |= {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    if _wants_json():
        problem = {"type": "about:blank", "title": title, "status": error.code, "detail": detail}
        return problem, error.code, headers | {"Content-Type": "application/problem+json"}
    return error_page(error.code), error.code, headers


def explanation(code: int) -> tuple[str, str]:
    """Return a title and a sentence that explain the status ``code``, in the site's language."""
    title, detail = EXPLANATIONS[code if code in EXPLANATIONS else (400 if code < 500 else 500)]
    return str(title), str(detail)


def _wants_json() -> bool:
    # Among equals the first one wins, so a client that accepts everything gets HTML.
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best in {"application/json", "application/problem+json"}


def error_page(code: int) -> str:
    """Render the page for an error, or a plain one without templates if rendering fails."""
    title, detail = explanation(code)
    typed = unsaved_form() if code in SHOWS_TYPED_TEXT else None
    try:
        render: Callable[..., str] = current_app.extensions["error_page"]
        action = request.script_root + request.path
        return render("error.html", code=code, title=title, detail=detail, typed=typed, action=action)
    except Exception:
        current_app.logger.exception("The error page itself failed")
        phrase = HTTPStatus(code).phrase
        text = f"<pre>{escape(typed.text)}</pre>" if typed else ""
        return f"<!doctype html><title>{phrase}</title><h1>{phrase}</h1>{text}"
