"""Checks every request before a view runs, and logs each refused form."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import RequestRedirect
from werkzeug.sansio.utils import host_is_trusted

from blog.http_dates import parse_http_date
from blog.networks import truncate_ip

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_PATH = 600
"""Maximum length of a path; a slug has at most 200 characters, a former address 500."""
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
RAW_BODY_BLUEPRINTS = frozenset({"webhooks"})
"""Blueprints that accept bodies other than forms."""
SCHEMES = frozenset({"http", "https"})
DATES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_IF_UNMODIFIED_SINCE")
REFUSALS = frozenset({400, 401, 403, 409, 413, 415, 422, 429})


class HostCheck:
    """Answers 400 to a request with an invalid ``Host`` or scheme, before the page cache or Flask uses it.

    A request without the header is accepted, because HTTP/1.0 allows it. An invalid scheme can come from a client's own
    ``X-Forwarded-Proto`` if the proxy does not set that header.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on or refuse it."""
        host = environ.get("HTTP_HOST")
        if environ["wsgi.url_scheme"] not in SCHEMES:
            refusal = Response("The scheme of this request is not http or https.\n", 400, mimetype="text/plain")
        elif not host or _is_valid_host(host):
            return self._app(environ, start_response)
        else:
            refusal = Response("The Host header of this request is not a host name.\n", 400, mimetype="text/plain")
        refusal.cache_control.no_store = True
        refusal.headers["X-Content-Type-Options"] = "nosniff"
        return refusal(environ, start_response)


def init_app(app: Flask) -> None:
    """Check every request to ``app``. Call this before the extensions add their own checks."""
    app.before_request(refuse_long_addresses)
    app.before_request(ignore_impossible_dates)
    app.before_request(redirect_within_the_site)
    app.before_request(refuse_other_bodies)
    app.after_request(log_refusal)


def check_hosts(app: Flask) -> None:
    """Check the ``Host`` of every request to ``app``. Call this after the page cache is set up."""
    app.wsgi_app = HostCheck(app.wsgi_app)  # type: ignore[method-assign]


def refuse_long_addresses() -> None:
    """Answer 404 to a very long path without a look-up."""
    if len(request.path) > MAX_PATH:
        abort(404)


def ignore_impossible_dates() -> None:
    """Answer unconditionally and in full if a condition's date is not one, because Werkzeug fails on some of them."""
    sent = filter(None, map(request.environ.get, DATES))
    # A condition in quotation marks is an ETag.
    if any('"' not in value and parse_http_date(value) is None for value in sent):
        for name in (*DATES, "HTTP_RANGE"):
            request.environ.pop(name, None)


def redirect_within_the_site() -> ResponseReturnValue | None:
    """Redirect with a relative URL, because Werkzeug's redirect repeats the host from the request."""
    if not isinstance(request.routing_exception, RequestRedirect):
        return None
    target = urlsplit(request.routing_exception.new_url)
    query = f"?{target.query}" if target.query else ""
    # One slash only: browsers take //evil.example/ for another host.
    return redirect(f"/{target.path.lstrip('/')}{query}", 308)


def refuse_other_bodies() -> None:
    """Answer 415 if a view expects a form and the body has another type, such as JSON."""
    if request.method != "POST" or request.blueprint in RAW_BODY_BLUEPRINTS:
        return
    if request.mimetype not in FORM_TYPES and (request.mimetype or request.content_length):
        abort(415)


def log_refusal(response: Response) -> Response:
    """Log the view, status and network of a refused form, but never its content."""
    is_form = request.method not in {"GET", "HEAD", "OPTIONS"} and request.blueprint not in RAW_BODY_BLUEPRINTS
    if is_form and request.endpoint and response.status_code in REFUSALS:
        network = truncate_ip(request.remote_addr)
        current_app.logger.warning("Refused with %d: %s, from %s", response.status_code, request.endpoint, network)
    return response


@lru_cache(maxsize=256)
def _is_valid_host(host: str) -> bool:
    return host_is_trusted(host)
