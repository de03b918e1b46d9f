"""The page cache: a WSGI layer that answers for Flask where a page is kept (PEP 3333)."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from werkzeug.http import parse_date

from blog.cache.entries import Entry, Headers, make_entry, preferred
from blog.cache.policy import ACCEPT, ENVIRON_KEY, MAX_AGE_SECONDS, Keep
from blog.cache.store import Place, Store
from blog.cache.watcher import PurgeWatch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WAIT_SECONDS = 10.0
"""How long a request waits for another that is making the same page."""
NEVER = ("/static/", "/media/", "/moderation", "/comments/", "/preview/", "/search", "/healthz", "/readyz", "/metrics")
"""Beginnings of the addresses of what is large already, private, or different every time."""
STALE_CACHE_CONTROL = "public, max-age=0, s-maxage=5, stale-if-error=86400"
CONDITIONS = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE"})
MAX_PARAMETERS = 8
MAX_QUERY = 200


class PageCache:
    """Keeps the pages of ``app`` that say they may be kept, in ``store``, as long as ``watch`` sees no purge.

    ``has_one_address`` says that pages are the same by whatever host they were asked for.
    """

    def __init__(self, app: "WSGIApplication", store: Store, watch: PurgeWatch, *, has_one_address: bool) -> None:
        self._app = app
        self._store = store
        self._watch = watch
        self._has_one_address = has_one_address
        self._parameters: dict[str, frozenset[str]] = {}
        """For each path that was kept, the names in a query string that make another page of it."""
        self._making: dict[Place, threading.Event] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ["PATH_INFO"].startswith(NEVER):
            return self._app(environ, start_response)
        self._watch.look()
        place = self._place(environ)
        entry = self._store.get(place)
        if entry is not None and (self._is_fresh(entry) or self._watch.stale_seconds):
            return self._answer(entry, environ, start_response)
        return self._make(place, environ, start_response)

    def _place(self, environ: "WSGIEnvironment") -> Place:
        path = environ["PATH_INFO"]
        site = environ["wsgi.url_scheme"] if self._has_one_address else _origin(environ)
        query, known = environ.get("QUERY_STRING", ""), self._parameters.get(path)
        if known is None:
            return (site, path, query[:MAX_QUERY]) if query else (site, path)
        return (site, path, *_parts(environ, query[:MAX_QUERY], known))

    def _is_fresh(self, entry: Entry) -> bool:
        return time.monotonic() - entry.made_at < MAX_AGE_SECONDS

    def _answer(self, entry: Entry, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_stale = self._watch.stale_seconds > 0
        if _is_known(entry, environ):
            start_response("304 Not Modified", _stale(entry.headers_304, entry) if is_stale else entry.headers_304)
            return ()
        variants = entry.variants
        for encoding in preferred(environ.get("HTTP_ACCEPT_ENCODING", "")):
            if encoding in variants:
                variant = variants[encoding]
                break
        else:
            variant = variants["identity"]
        start_response("200 OK", _stale(variant.headers, entry) if is_stale else list(variant.headers))
        return () if environ["REQUEST_METHOD"] == "HEAD" else (variant.body,)

    def _make(self, place: Place, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Have the page made: by this request, or by another that is at it."""
        with self._lock:
            made = self._making.get(place)
            is_ours = made is None
            if made is None:
                made = self._making[place] = threading.Event()
        if not is_ours:
            stale = self._store.get(place)
            if stale is None:
                made.wait(WAIT_SECONDS)
                stale = self._store.get(place)
            if stale is not None:
                return self._answer(stale, environ, start_response)
            return self._app(environ, start_response)
        try:
            return self._render(place, environ, start_response)
        finally:
            with self._lock:
                del self._making[place]
            made.set()

    def _render(self, place: Place, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        generation = self._watch.generation
        answer = _Answer(self._app, _unconditional(environ))
        kept: Keep | None = answer.environ.get(ENVIRON_KEY)
        if kept is None or answer.status != "200 OK":
            return answer.pass_on(environ, start_response)
        entry = make_entry(kept, answer.headers, answer.body)
        if not self._watch.was_purged(kept.keys, generation):
            self._keep(place, environ, entry)
        return self._answer(entry, environ, start_response)

    def _keep(self, place: Place, environ: "WSGIEnvironment", entry: Entry) -> None:
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if len(self._parameters) > 100_000:
            self._parameters.clear()
        self._parameters[path] = entry.keep.parameters
        if len(query) <= MAX_QUERY:
            self._store.put((place[0], path, *_parts(environ, query, entry.keep.parameters)), entry)


class _Answer:
    """A whole answer of the application. What breaks off raises, and so is never kept."""

    def __init__(self, app: "WSGIApplication", environ: "WSGIEnvironment") -> None:
        self.environ = environ
        self.status = ""
        self.headers: Headers = []
        written: list[bytes] = []

        def start_response(status: str, headers: Headers, _exc_info: object = None) -> Callable[[bytes], object]:
            self.status, self.headers = status, headers
            return written.append

        chunks = app(environ, start_response)
        try:
            self.body = b"".join([*written, *chunks])
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()

    def pass_on(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response(self.status, self.headers)
        return () if _is_head(environ) else (self.body,)


def _stale(headers: Headers, entry: Entry) -> Headers:
    """The headers of a page of which nobody knows whether it is out of date: no cache in front shall keep it long."""
    shown = [pair for pair in headers if pair[0].lower() != "cache-control"]
    age = int(time.monotonic() - entry.made_at)
    return [*shown, ("Cache-Control", STALE_CACHE_CONTROL), ("Age", str(age))]


def _is_head(environ: "WSGIEnvironment") -> bool:
    return bool(environ["REQUEST_METHOD"] == "HEAD")


def _origin(environ: "WSGIEnvironment") -> str:
    return f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST') or environ.get('SERVER_NAME', '')}"


def _unconditional(environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """The same question, as one asks who has nothing of the answer yet."""
    whole = {name: value for name, value in environ.items() if name not in CONDITIONS}
    return whole | {"REQUEST_METHOD": "GET"}


def _parts(environ: "WSGIEnvironment", query: str, known: frozenset[str]) -> tuple[str, ...]:
    """What tells the pages of one path from each other, in one order: parts of the query string, kind of client."""
    parts = _known_parts(query, known) if query and known else ()
    if ACCEPT in known and "text/html" in environ.get("HTTP_ACCEPT", ""):
        return ("browser", *parts)
    return parts


def _known_parts(query: str, known: frozenset[str]) -> tuple[str, ...]:
    try:
        parts = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return (query,)
    return tuple(sorted(f"{name}={value}" for name, value in parts if name in known))


def _is_known(entry: Entry, environ: "WSGIEnvironment") -> bool:
    """Whether the client has the page already (RFC 9110, section 13.2.2)."""
    etags = environ.get("HTTP_IF_NONE_MATCH")
    if etags is not None:
        return etags.strip() == "*" or entry.etag.removeprefix("W/") in etags
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    moment = parse_date(since) if since else None
    return moment is not None and int(entry.modified) <= moment.timestamp()
