"""Finds the cached page that answers a request, under any server interface."""

import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl

from blog.cache.cdn_headers import STALE_CACHE_CONTROL
from blog.cache.entries import CachedPage, Headers
from blog.cache.policy import ACCEPT
from blog.cache.purge_watcher import PurgeWatcher
from blog.cache.store import PageId, Store
from blog.compression import preferred
from blog.http_dates import parse_http_date

NEVER_CACHED = ("/static/", "/media/", "/moderation", "/comments/", "/preview/", "/search", "/healthz", "/readyz")
"""Path prefixes of responses that are large files, private, or different every time."""
MAX_AGE_SECONDS = 3600
"""A page is rendered again after this time even if it was not purged."""
MAX_PARAMETERS = 8
MAX_QUERY_LENGTH = 2_000
"""A page is not cached for a longer query string."""
MAX_PATHS = 100_000


class PageRequest(NamedTuple):
    """The parts of a request that a cached page depends on. ``path`` and ``query`` are PEP 3333 native strings."""

    method: str
    scheme: str
    host: str
    path: str
    query: str
    header: Callable[[str], str | None]
    """The value of a header by its lower-case name."""

    @property
    def is_cacheable(self) -> bool:
        """Whether a cached page may answer this request."""
        return self.method in {"GET", "HEAD"} and not self.path.startswith(NEVER_CACHED)


class CachedResponse(NamedTuple):
    """A response from a cached page. The header list is shared with the cache, so copy it before changing it."""

    status: int
    headers: Headers
    body: bytes


class Lookup:
    """Finds pages in ``store``.

    ``is_same_on_every_host``: ignore the request's host, because pages build links from the configured address.
    """

    def __init__(self, store: Store, watcher: PurgeWatcher, *, is_same_on_every_host: bool) -> None:
        self._store = store
        self._watcher = watcher
        self._is_same_on_every_host = is_same_on_every_host
        self._parameters: dict[str, frozenset[str]] = {}
        """For each cached path, the names of the query parameters that its page depends on."""

    def answer(self, request: PageRequest) -> CachedResponse | None:
        """Return the response from a fresh cached page, or from one of any age while the database does not answer."""
        entry = self._store.get(self.page_id(request))
        if entry is None:
            return None
        stale_seconds = self._watcher.stale_seconds
        if not stale_seconds and time.monotonic() - entry.made_at >= MAX_AGE_SECONDS:
            return None
        return answer_from(entry, request, is_stale=stale_seconds > 0)

    def answer_of_any_age(self, request: PageRequest) -> CachedResponse | None:
        """Return the response from a cached page, fresh or not."""
        entry = self._store.get(self.page_id(request))
        return None if entry is None else self.answer_from(entry, request)

    def answer_from(self, entry: CachedPage, request: PageRequest) -> CachedResponse:
        """Return the response from ``entry``, marked as stale while the database does not answer."""
        return answer_from(entry, request, is_stale=self._watcher.stale_seconds > 0)

    def page_id(self, request: PageRequest) -> PageId:
        """Return the cache id of the page for ``request``.

        Only a cached page tells which query parameters matter. Until there is one, the whole query string counts.
        """
        site_and_path, known = (self._site(request), request.path), self._parameters.get(request.path)
        if known is None or len(request.query) > MAX_QUERY_LENGTH:
            return (*site_and_path, request.query) if request.query else site_and_path
        return (*site_and_path, *_parts(request, known))

    @property
    def generation(self) -> int:
        """The generation of the cached pages. Read it before a page is rendered, and pass it to :meth:`store`."""
        return self._store.generation

    def store(self, request: PageRequest, entry: CachedPage, since: int) -> None:
        """Cache the page that was rendered for ``request``, unless it was, or may have been, purged meanwhile.

        :param since: the generation when its rendering began.
        """
        if self._watcher.stale_seconds:
            return  # without the database nobody knows what was purged
        parameters = entry.policy.parameters
        if len(self._parameters) > MAX_PATHS:
            self._parameters.clear()
        self._parameters[request.path] = parameters
        if len(request.query) <= MAX_QUERY_LENGTH:
            self._store.put((self._site(request), request.path, *_parts(request, parameters)), entry, since)

    def _site(self, request: PageRequest) -> str:
        return request.scheme if self._is_same_on_every_host else f"{request.scheme}://{request.host}"


def answer_from(entry: CachedPage, request: PageRequest, *, is_stale: bool) -> CachedResponse:
    """Return the response from ``entry``, or a 304 if the client already has the page."""
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
    """Return the headers for a page that may be out of date, which shared caches may keep only for seconds."""
    shown = [pair for pair in headers if pair[0].lower() != "cache-control"]
    age = int(time.monotonic() - entry.made_at)
    return [*shown, ("Cache-Control", STALE_CACHE_CONTROL), ("Age", str(age))]


def _parts(request: PageRequest, known: frozenset[str]) -> tuple[str, ...]:
    """Return the known query parameters, sorted, and the kind of client where the page differs by it."""
    parts = _known_parts(request.query, known) if request.query and known else ()
    if ACCEPT in known and "text/html" in (request.header("accept") or ""):
        return ("browser", *parts)
    return parts


def _known_parts(query: str, known: frozenset[str]) -> tuple[str, ...]:
    try:
        # Too many parameters are a ValueError; such a query then has a page of its own.
        parts = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return (query,)
    return tuple(sorted(f"{name}={value}" for name, value in parts if name in known))


def _is_known(entry: CachedPage, request: PageRequest) -> bool:
    """Whether the client already has the page (RFC 9110, section 13.2.2)."""
    etags = request.header("if-none-match")
    if etags is not None:
        # The weak comparison of section 13.1.2. The hash is in quotation marks, so it is not found in a longer ETag.
        return etags.strip() == "*" or entry.etag.removeprefix("W/") in etags
    # Dates in headers have whole seconds.
    moment = parse_http_date(request.header("if-modified-since"))
    return moment is not None and int(entry.modified) <= moment.timestamp()
