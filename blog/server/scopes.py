"""Converts an RSGI scope to a page request and to a WSGI environment."""

import sys
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_list_header

from blog.cache.lookup import PageRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BASE: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": True,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}
MAX_NAMES = 1_000
"""Limit of the cache of header names, because clients can send any number of different names."""

_names: dict[str, str] = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


class ScopeReader:
    """Reads scopes. ``proxies`` trusted proxies in front set ``X-Forwarded-Proto`` and ``X-Forwarded-Host``."""

    def __init__(self, proxies: int) -> None:
        self._proxies = proxies

    def page_request(self, scope: Any) -> PageRequest:  # noqa: ANN401 - Granian declares no type for a scope
        """Return the request for the page cache, with the same values as the WSGI environment would give."""
        header = scope.headers.get
        scheme, host = scope.scheme, header("host") or scope.server
        if self._proxies:
            scheme = self._forwarded(header("x-forwarded-proto")) or scheme
            host = self._forwarded(header("x-forwarded-host")) or host
        return PageRequest(scope.method, scheme, host, _native(scope.path), _native(scope.query_string), header)

    def _forwarded(self, values: str | None) -> str | None:
        """Return the value that the outermost trusted proxy has set, chosen in the same way as ProxyFix."""
        parts = parse_list_header(values) if values else []
        return parts[-self._proxies] if len(parts) >= self._proxies else None


def make_environ(scope: Any) -> "WSGIEnvironment":  # noqa: ANN401 - Granian declares no type for a scope
    """Return the WSGI environment of a request, without the body."""
    environ = BASE.copy()
    environ["REQUEST_METHOD"] = scope.method
    environ["PATH_INFO"] = _native(scope.path)
    environ["QUERY_STRING"] = _native(scope.query_string)
    environ["SERVER_PROTOCOL"] = f"HTTP/{scope.http_version}"
    environ["wsgi.url_scheme"] = scope.scheme
    environ["SERVER_NAME"], _, environ["SERVER_PORT"] = scope.server.rpartition(":")
    address, _, environ["REMOTE_PORT"] = scope.client.rpartition(":")
    environ["REMOTE_ADDR"] = address.strip("[]")  # Granian writes IPv6 as “[2001:db8::7]:5000”.
    _add_headers(environ, scope.headers.items())
    return environ


def _add_headers(environ: "WSGIEnvironment", headers: list[tuple[str, str]]) -> None:
    for name, value in headers:
        # Both “x_forwarded_for” and “x-forwarded-for” become HTTP_X_FORWARDED_FOR, so a client could fake a header.
        if "_" in name:
            continue
        key = _names.get(name) or _remembered(name)
        # Repeated headers are one list (RFC 9110, section 5.3), except cookies (RFC 9113, section 8.2.3).
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"  # noqa: PLW2901
        environ[key] = value if value.isascii() else _native(value)


def _remembered(name: str) -> str:
    key = f"HTTP_{name.upper().replace('-', '_')}"
    if len(_names) < MAX_NAMES:
        _names[name] = key
    return key


def _native(text: str) -> str:
    """Return ``text`` as a PEP 3333 native string: each character stands for one byte of the UTF-8 form."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")
