"""An RSGI application that answers kept pages at once and runs the WSGI application on a bounded number of threads.

A request takes a thread only when it has arrived whole. A client that sends its body slowly, or never, costs a little
memory until its deadline passes; no other request waits for it.
"""

import asyncio
import logging
import os
from contextvars import Context
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from blog.cache.lookup import Lookup
from blog.server.bodies import BodyReader, BodyTimeout, TooManyBodies
from blog.server.lanes import Busy, Lane
from blog.server.refusals import Refusals
from blog.server.responses import WSGIResponse, run
from blog.server.scopes import ScopeReader, make_environ

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

THREADS = min(8, 2 * (os.cpu_count() or 1))
"""Threads for requests that wait for the database or for a password to be hashed."""
FILE_THREADS = 2
"""Threads for requests that need no database, so that one that hangs does not hold them up."""
FILE_PATHS = ("/static/", "/media/", "/healthz", "/readyz", "/metrics")
SEND_SECONDS = 30.0
"""How long a client may take to read one chunk of a large response."""

log = logging.getLogger(__name__)


class Gateway:
    """Serves the WSGI application ``app`` under RSGI; a page that ``lookup`` finds takes no thread."""

    def __init__(
        self, app: "WSGIApplication", lookup: Lookup, scopes: ScopeReader, bodies: BodyReader, refusals: Refusals
    ) -> None:
        self._app = app
        self._lookup = lookup
        self._scopes = scopes
        self._bodies = bodies
        self._refusals = refusals
        self._pages = Lane("page", THREADS)
        self._files = Lane("file", FILE_THREADS)

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
        """Have the application answer, once the request has arrived whole."""
        environ = make_environ(scope)
        try:
            environ["CONTENT_LENGTH"], environ["wsgi.input"] = "", BytesIO()
            if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
                body = await self._bodies.read(protocol)
                environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), BytesIO(body)
                environ.pop("HTTP_TRANSFER_ENCODING", None)
            await self._answer(environ, protocol)
        except BodyTimeout:
            self._refusals.send(408, scope, protocol)
        except (Busy, TooManyBodies):
            self._refusals.send(503, scope, protocol)

    async def _answer(self, environ: "WSGIEnvironment", protocol: Any) -> None:  # noqa: ANN401
        lane = self._files if environ["PATH_INFO"].startswith(FILE_PATHS) else self._pages
        context = Context()
        response = await lane.call(partial(context.run, run, self._app, environ))
        if response.rest is None:
            protocol.response_bytes(response.status, response.headers, response.body)
            return
        try:
            await self._send(response, context, protocol)
        finally:
            await self._files.call(partial(context.run, response.close))

    async def _send(self, response: WSGIResponse, context: Context, protocol: Any) -> None:  # noqa: ANN401
        """Send a large response a chunk at a time; between two chunks it takes no thread."""
        transport = protocol.response_stream(response.status, response.headers)
        chunk: bytes | None = response.body
        rest = response.rest or iter(())
        while chunk is not None:
            try:
                await asyncio.wait_for(transport.send_bytes(chunk), SEND_SECONDS)
            except TimeoutError:
                return
            chunk = await self._files.call(partial(context.run, lambda: next(rest, None)))
