"""Checks on every request before a view runs, and one log line for each refused form."""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import RequestRedirect
from werkzeug.sansio.utils import host_is_trusted

from blog.networks import truncate_ip

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_PATH = 600
"""Characters of an address: a slug has 200, a former address 500."""
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
RAW_BODY_BLUEPRINTS = frozenset({"webhooks"})
"""Blueprints that take other bodies than forms."""
SCHEMES = frozenset({"http", "https"})
REFUSALS = frozenset({400, 401, 403, 409, 413, 415, 422, 429})


class HostCheck:
    """Answers 400 to a request whose ``Host`` is not one, before a page cache or Flask uses it.

    A request without the header passes; it comes from HTTP/1.0. A scheme that is not one comes from the
    ``X-Forwarded-Proto`` of a client behind a proxy that does not set it.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, or refuse it."""
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
    app.before_request(redirect_within_the_site)
    app.before_request(refuse_other_bodies)
    app.after_request(log_refusal)


def check_hosts(app: Flask) -> None:
    """Check the ``Host`` of every request to ``app``. Call this after the page cache is set up."""
    app.wsgi_app = HostCheck(app.wsgi_app)  # type: ignore[method-assign]


def refuse_long_addresses() -> None:
    """Answer 404 without looking for the address anywhere."""
    if len(request.path) > MAX_PATH:
        abort(404)


def redirect_within_the_site() -> ResponseReturnValue | None:
    """Redirect to the address with its slash by path alone; Werkzeug's redirect names the host that was asked."""
    if not isinstance(request.routing_exception, RequestRedirect):
        return None
    target = urlsplit(request.routing_exception.new_url)
    query = f"?{target.query}" if target.query else ""
    return redirect(f"/{target.path.lstrip('/')}{query}", 308)


def refuse_other_bodies() -> None:
    """Answer 415 where a view expects a form and the body is something else, such as JSON."""
    if request.method != "POST" or request.blueprint in RAW_BODY_BLUEPRINTS:
        return
    if request.mimetype not in FORM_TYPES and (request.mimetype or request.content_length):
        abort(415)


def log_refusal(response: Response) -> Response:
    """Log that a form was refused: by which view, with which status, from which network. Never what was typed."""
    is_form = request.method not in {"GET", "HEAD", "OPTIONS"} and request.blueprint not in RAW_BODY_BLUEPRINTS
    if is_form and request.endpoint and response.status_code in REFUSALS:
        network = truncate_ip(request.remote_addr)
        current_app.logger.warning("Refused with %d: %s, from %s", response.status_code, request.endpoint, network)
    return response


@lru_cache(maxsize=256)
def _is_valid_host(host: str) -> bool:
    return host_is_trusted(host)
