"""The page cache as WSGI middleware: answers cached pages without calling Flask (PEP 3333)."""

import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from blog.cache.entries import Headers, make_cached_page
from blog.cache.lookup import CachedResponse, Lookup, PageRequest
from blog.cache.policy import ENVIRON_KEY, CachePolicy
from blog.cache.purge_watcher import PurgeWatcher
from blog.cache.store import PageId

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WAIT_SECONDS = 10.0
"""How long a request waits for another request that is rendering the same page."""
CONDITIONS = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE"})


class PageCache:
    """Caches the pages that ``app`` marks as cacheable, until ``watcher`` sees a purge of one of their keys."""

    def __init__(self, app: "WSGIApplication", lookup: Lookup, watcher: PurgeWatcher) -> None:
        self._app = app
        self._lookup = lookup
        self._watcher = watcher
        self._in_progress: dict[PageId, threading.Event] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = _page_request(environ)
        if not request.is_cacheable:
            return self._app(environ, start_response)
        self._watcher.start()
        kept = self._lookup.answer(request)
        if kept is None:
            return self._make(request, environ, start_response)
        return _send(kept, start_response)

    def _make(
        self, request: PageRequest, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Render the page, or use the result of another request that is already rendering it.

        After a purge many readers may ask for the same page at once. Only one of them renders it, so the database gets
        one set of queries instead of many.
        """
        page_id = self._lookup.page_id(request)
        with self._lock:
            rendered = self._in_progress.get(page_id)
            is_ours = rendered is None
            if rendered is None:
                rendered = self._in_progress[page_id] = threading.Event()
        if not is_ours:
            return self._take_over(rendered, request, environ, start_response)
        try:
            return self._render(request, environ, start_response)
        finally:
            with self._lock:
                del self._in_progress[page_id]
            rendered.set()

    def _take_over(
        self,
        rendered: threading.Event,
        request: PageRequest,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        """Answer with an expired page if there is one; otherwise wait for the request that is rendering it."""
        kept = self._lookup.answer_of_any_age(request)
        if kept is None:
            rendered.wait(WAIT_SECONDS)
            kept = self._lookup.answer_of_any_age(request)
        # Still nothing: the other request failed, was too slow, or the page is not cacheable.
        return self._app(environ, start_response) if kept is None else _send(kept, start_response)

    def _render(
        self, request: PageRequest, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        # Read the generation before rendering: a purge that arrives during rendering then has a higher one, and the
        # page, which may show the old content, is not cached.
        generation = self._lookup.generation
        # A cache entry needs the whole body, even if this client asked with HEAD or a conditional request.
        response = _WholeResponse(self._app, _unconditional(environ))
        # The application has noted the policy in its own copy of the environment.
        kept: CachePolicy | None = response.environ.get(ENVIRON_KEY)
        if kept is None or response.status != "200 OK":
            return response.pass_on(environ, start_response)
        entry = make_cached_page(kept, response.headers, response.body)
        self._lookup.store(request, entry, generation)
        return _send(self._lookup.answer_from(entry, request), start_response)


class _WholeResponse:
    """A complete response of the application. An error while reading the body is raised: no partial page is cached."""

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
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self.body,)


def _send(kept: CachedResponse, start_response: "StartResponse") -> Iterable[bytes]:
    start_response(f"{kept.status} {HTTPStatus(kept.status).phrase}", list(kept.headers))
    return (kept.body,) if kept.body else ()


def _page_request(environ: "WSGIEnvironment") -> PageRequest:
    def header(name: str) -> str | None:
        value: str | None = environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        return value

    return PageRequest(
        method=environ["REQUEST_METHOD"],
        scheme=environ["wsgi.url_scheme"],
        host=environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""),
        path=environ["PATH_INFO"],
        query=environ.get("QUERY_STRING", ""),
        header=header,
    )


def _unconditional(environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """The request as an unconditional GET."""
    whole = {name: value for name, value in environ.items() if name not in CONDITIONS}
    return whole | {"REQUEST_METHOD": "GET"}
