"""Finds the cached page that answers a request, under any server interface."""

import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl

from werkzeug.http import parse_date

from blog.cache.entries import CachedPage, Headers
from blog.cache.policy import ACCEPT, MAX_AGE_SECONDS
from blog.cache.store import PageId, Store
from blog.cache.watcher import PurgeWatcher
from blog.encodings import preferred

NEVER_CACHED = ("/static/", "/media/", "/moderation", "/comments/", "/preview/", "/search", "/healthz", "/readyz")
"""Beginnings of the addresses of what is large already, private, or different every time."""
STALE_CACHE_CONTROL = "public, max-age=0, s-maxage=5, stale-if-error=86400"
MAX_PARAMETERS = 8
MAX_QUERY_LENGTH = 200
MAX_PATHS = 100_000


class PageRequest(NamedTuple):
    """What a kept page depends on. ``path`` and ``query`` are native strings in the sense of PEP 3333."""

    method: str
    scheme: str
    host: str
    path: str
    query: str
    header: Callable[[str], str | None]
    """The value of a header by its lower-case name."""

    @property
    def is_cacheable(self) -> bool:
        """Whether a kept page may answer it at all."""
        return self.method in {"GET", "HEAD"} and not self.path.startswith(NEVER_CACHED)


class CachedResponse(NamedTuple):
    """An answer made from a kept page. Its headers are shared: copy them before a change."""

    status: int
    headers: Headers
    body: bytes


class Lookup:
    """Finds pages in ``store``. They are ``is_same_on_every_host`` where the settings name the blog's own address."""

    def __init__(self, store: Store, watcher: PurgeWatcher, *, is_same_on_every_host: bool) -> None:
        self._store = store
        self._watcher = watcher
        self._is_same_on_every_host = is_same_on_every_host
        self._parameters: dict[str, frozenset[str]] = {}
        """For each path that was kept, the names in a query string that make another page of it."""

    def answer(self, request: PageRequest) -> CachedResponse | None:
        """The answer from a kept page that is fresh, or the best there is while the database does not answer."""
        entry = self._store.get(self.page_id(request))
        if entry is None:
            return None
        stale_seconds = self._watcher.stale_seconds
        if not stale_seconds and time.monotonic() - entry.made_at >= MAX_AGE_SECONDS:
            return None
        return answer_from(entry, request, is_stale=stale_seconds > 0)

    def answer_of_any_age(self, request: PageRequest) -> CachedResponse | None:
        """The answer from a kept page, fresh or not."""
        entry = self._store.get(self.page_id(request))
        return None if entry is None else self.answer_from(entry, request)

    def answer_from(self, entry: CachedPage, request: PageRequest) -> CachedResponse:
        """The answer from ``entry``, marked as stale while the database does not answer."""
        return answer_from(entry, request, is_stale=self._watcher.stale_seconds > 0)

    def page_id(self, request: PageRequest) -> PageId:
        """Where the page for ``request`` is kept, as far as is known before it was made."""
        query, known = request.query, self._parameters.get(request.path)
        if known is None:
            site_and_path = (self._site(request), request.path)
            return (*site_and_path, query[:MAX_QUERY_LENGTH]) if query else site_and_path
        return (self._site(request), request.path, *_parts(request, query[:MAX_QUERY_LENGTH], known))

    def store(self, request: PageRequest, entry: CachedPage) -> None:
        """Keep the page that was made for ``request``."""
        parameters = entry.policy.parameters
        if len(self._parameters) > MAX_PATHS:
            self._parameters.clear()
        self._parameters[request.path] = parameters
        if len(request.query) <= MAX_QUERY_LENGTH:
            parts = _parts(request, request.query, parameters)
            self._store.put((self._site(request), request.path, *parts), entry)

    def _site(self, request: PageRequest) -> str:
        return request.scheme if self._is_same_on_every_host else f"{request.scheme}://{request.host}"


def answer_from(entry: CachedPage, request: PageRequest, *, is_stale: bool) -> CachedResponse:
    """The answer from ``entry``: 304 where the client has it already."""
    if _is_known(entry, request):
        return CachedResponse(304, _stale(entry.headers_304, entry) if is_stale else entry.headers_304, b"")
    variants = entry.variants
    variant = variants["identity"]
    for encoding in preferred(request.header("accept-encoding") or ""):
        if encoding in variants:
            variant = variants[encoding]
            break
    headers = _stale(variant.headers, entry) if is_stale else variant.headers
    return CachedResponse(200, headers, b"" if request.method == "HEAD" else variant.body)


def _stale(headers: Headers, entry: CachedPage) -> Headers:
    """The headers of a page that may be out of date: no cache in front shall keep it long."""
    shown = [pair for pair in headers if pair[0].lower() != "cache-control"]
    age = int(time.monotonic() - entry.made_at)
    return [*shown, ("Cache-Control", STALE_CACHE_CONTROL), ("Age", str(age))]


def _parts(request: PageRequest, query: str, known: frozenset[str]) -> tuple[str, ...]:
    """What tells the pages of one path from each other, in one order: parts of the query string, kind of client."""
    parts = _known_parts(query, known) if query and known else ()
    if ACCEPT in known and "text/html" in (request.header("accept") or ""):
        return ("browser", *parts)
    return parts


def _known_parts(query: str, known: frozenset[str]) -> tuple[str, ...]:
    try:
        parts = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return (query,)
    return tuple(sorted(f"{name}={value}" for name, value in parts if name in known))


def _is_known(entry: CachedPage, request: PageRequest) -> bool:
    """Whether the client has the page already (RFC 9110, section 13.2.2)."""
    etags = request.header("if-none-match")
    if etags is not None:
        return etags.strip() == "*" or entry.etag.removeprefix("W/") in etags
    since = request.header("if-modified-since")
    moment = parse_date(since) if since else None
    return moment is not None and int(entry.modified) <= moment.timestamp()
