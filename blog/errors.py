"""What can go wrong, told to the one whom it concerns.

An operator's mistake is an :class:`OperatorError`: one line that says what happened and what mends it. A reader gets
a page (or problem+json, RFC 9457, where the client asked for JSON) that never carries a detail of the operator's.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, NotFound, ServiceUnavailable

RETRY_AFTER_SECONDS = 10

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
    410: (
        lazy_gettext("This article is gone"),
        lazy_gettext("Its author has taken it back. The newest articles are below."),
    ),
    413: (
        lazy_gettext("That is too large"),
        lazy_gettext("Shorten the text and send it again. Your browser’s back button still has it."),
    ),
    429: (lazy_gettext("That was a little too fast"), lazy_gettext("Wait a minute, then try again.")),
    500: (
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("It has been noted. Please try again in a little while."),
    ),
    503: (
        lazy_gettext("The blog is catching its breath"),
        lazy_gettext("Please try again in a few seconds."),
    ),
}


class OperatorError(Exception):
    """Something the operator can mend. Its text is one line: what happened, and what mends it."""


def init_app(app: Flask, render: Callable[..., str]) -> None:
    """Answer every error of ``app`` in one place, with pages that ``render`` makes from a template and its context."""
    app.extensions["error_page"] = render
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(OperationalError, answer_database_trouble)
    app.register_error_handler(DataError, answer_unheard_of)


def answer_database_trouble(error: OperationalError) -> ResponseReturnValue:
    """A database that is locked or gone is a passing state: 503, and the reason stays in the log."""
    current_app.logger.error("The database did not answer: %s", error.orig)
    return answer(ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS))


def answer_unheard_of(_: DataError) -> ResponseReturnValue:
    """No database holds what was asked for, such as a name with a NUL in it: so it is not there."""
    return answer(NotFound() if request.method in {"GET", "HEAD"} else BadRequest())


def answer(error: HTTPException) -> ResponseReturnValue:
    """Turn any HTTP error into a page, or into problem+json where the client asked for JSON."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    code = error.code if error.code in EXPLANATIONS else (400 if error.code < 500 else 500)
    title, detail = EXPLANATIONS[code]
    headers = {"Cache-Control": "no-store"}
    headers |= {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    if _wants_json():
        problem = {"type": "about:blank", "title": str(title), "status": error.code, "detail": str(detail)}
        return problem, error.code, headers | {"Content-Type": "application/problem+json"}
    return _page(error.code, str(title), str(detail)), error.code, headers


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best in {"application/json", "application/problem+json"}


def _page(code: int, title: str, detail: str) -> str:
    """The page for an error; when that page itself fails, a plain one that depends on nothing."""
    try:
        render: Callable[..., str] = current_app.extensions["error_page"]
        return render("error.html", code=code, title=title, detail=detail)
    except Exception:
        current_app.logger.exception("The error page itself failed")
        phrase = HTTPStatus(code).phrase
        return f"<!doctype html><title>{phrase}</title><h1>{phrase}</h1>"
