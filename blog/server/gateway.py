"""An RSGI application that answers cached pages directly and runs the WSGI application on a limited number of threads.

A request gets a thread only after it has arrived completely. So a client that sends its body slowly, or never, uses a
little memory until the deadline, but no thread, and does not delay other requests.
"""

import asyncio
import logging
from contextvars import Context
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from blog.cache.lookup import Lookup
from blog.processes import processors
from blog.server.bodies import WEBHOOK_PATHS, BodyCut, BodyReaders, BodyTimeout, TooManyBodies
from blog.server.deadlines import SEND_SECONDS
from blog.server.refusals import Refusals
from blog.server.scopes import ScopeReader, make_environ
from blog.server.thread_pool import Busy, ThreadPool
from blog.server.wsgi_caller import WSGIResponse, run

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

THREADS = min(8, 2 * processors())
"""Threads for requests that may use the database or hash a password."""
FILE_THREADS = 2
"""Separate threads for files and health checks, so that a database that hangs does not block them."""
FILE_PATHS = ("/static/", "/media/", "/healthz", "/readyz")
WEBHOOK_THREADS = 1
MAX_WAITING_WEBHOOKS = 16
"""Fewer than for pages, because each keeps a large body in memory while it waits for the thread."""

log = logging.getLogger(__name__)


class Gateway:
    """Serves the WSGI application ``app`` under RSGI. Pages that ``lookup`` finds need no thread."""

    def __init__(
        self, app: "WSGIApplication", lookup: Lookup, scopes: ScopeReader, bodies: BodyReaders, refusals: Refusals
    ) -> None:
        self._app = app
        self._lookup = lookup
        self._scopes = scopes
        self._bodies = bodies
        self._refusals = refusals
        self._pages = ThreadPool("page", THREADS)
        self._files = ThreadPool("file", FILE_THREADS)
        self._webhooks = ThreadPool("webhook", WEBHOOK_THREADS, max_waiting=MAX_WAITING_WEBHOOKS)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:  # noqa: ANN401 - Granian declares no type for them
        """Answer one request."""
        request = self._scopes.page_request(scope)
        if request.is_cacheable:
            kept = self._lookup.answer(request)
            if kept is not None:
                protocol.response_bytes(*kept)
                return
        await self._run(scope, protocol)

    async def _run(self, scope: Any, protocol: Any) -> None:  # noqa: ANN401
        """Read the whole request, then let the application answer it."""
        environ = make_environ(scope)
        try:
            # The body is read here, before a thread is taken: reading it in the application would let a few slow
            # clients occupy all threads.
            declared = environ.get("CONTENT_LENGTH", "")
            # The body of a GET has no meaning (RFC 9110, section 9.3.1), so it is not read.
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = "", BytesIO()
            if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
                reader = self._bodies.for_path(environ["PATH_INFO"])
                body = await reader.read(protocol, int(declared) if declared.isdecimal() else None)
                environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), BytesIO(body)
                # The body has a length now, and a request must not have both (RFC 9112, section 6.2).
                environ.pop("HTTP_TRANSFER_ENCODING", None)
            await self._answer(environ, protocol)
        except (BodyTimeout, BodyCut):
            self._refusals.send(408, scope, protocol)
        except (Busy, TooManyBodies):
            self._refusals.send(503, scope, protocol)

    async def _answer(self, environ: "WSGIEnvironment", protocol: Any) -> None:  # noqa: ANN401
        pool = self._pool_for(environ["PATH_INFO"])
        # One context for all calls, because chunks and close() may need Flask's context of this request.
        context = Context()
        response = await pool.call(partial(context.run, run, self._app, environ))
        if response.rest is None:
            protocol.response_bytes(response.status, response.headers, response.body)
            return
        try:
            await self._send(response, pool, context, protocol)
        finally:
            await pool.finish(partial(context.run, response.close))

    def _pool_for(self, path: str) -> ThreadPool:
        if path.startswith(WEBHOOK_PATHS):
            return self._webhooks
        return self._files if path.startswith(FILE_PATHS) else self._pages

    async def _send(
        self,
        response: WSGIResponse,
        pool: ThreadPool,
        context: Context,
        protocol: Any,  # noqa: ANN401
    ) -> None:
        """Send a large response in chunks. No thread is in use while the client receives a chunk.

        ``pool`` is the one that made the response, because reading the rest may take as long, or use the database.
        If the response is cut off, Granian closes the connection, and the client has less than the declared length.
        """
        transport = protocol.response_stream(response.status, response.headers)
        chunk: bytes | None = response.body
        rest = response.rest or iter(())
        while chunk is not None:
            try:
                await asyncio.wait_for(transport.send_bytes(chunk), SEND_SECONDS)
            except TimeoutError:
                return  # the client is too slow; the file would stay open as long as it likes
            try:
                chunk = await pool.call(partial(context.run, lambda: next(rest, None)))
            except Busy:
                # Too late for a refusal, because the response has begun.
                log.warning("A response was cut off, because no thread became free in time.")
                return
