"""Reads request bodies, with limits on the size, the time, and the memory of all bodies together."""

import asyncio
from collections.abc import AsyncIterable
from typing import NamedTuple

from blog.server.deadlines import BODY_SECONDS

MAX_HELD_BYTES = 64 * 1024 * 1024
"""How much memory all bodies that are still arriving may use together, in one process."""
WEBHOOK_PATHS = "/webhooks/"
"""The beginning of the paths whose bodies may be large."""


class BodyTimeout(Exception):
    """The body did not arrive in time."""


class BodyCut(Exception):
    """The body ended before its declared length, as when a client loses its connection."""


class TooManyBodies(Exception):
    """Too many bodies are arriving at once."""


class BodyReader:
    """Reads request bodies of at most ``max_bytes``, each within ``seconds``."""

    def __init__(self, max_bytes: int, seconds: float = BODY_SECONDS, max_held_bytes: int = MAX_HELD_BYTES) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._max_held_bytes = max_held_bytes
        # No lock: all bodies are read by one event loop, and nothing is awaited between reading and changing it.
        self._held_bytes = 0

    async def read(self, chunks: AsyncIterable[bytes], length: int | None = None) -> bytes:
        """Return the body, or the first ``max_bytes + 1`` bytes of a longer one, so that the application can refuse it.

        :param length: the declared number of bytes.
        :raises BodyTimeout: the body did not arrive in time.
        :raises BodyCut: the body is shorter than ``length``. Granian does not report that a body was cut off.
        :raises TooManyBodies: all bodies together need too much memory.
        """
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds):
                async for chunk in chunks:
                    self._held_bytes += len(chunk)
                    body += chunk
                    if self._held_bytes > self._max_held_bytes:
                        raise TooManyBodies
                    if len(body) > self._max_bytes:
                        break
        except TimeoutError as error:
            raise BodyTimeout from error
        finally:
            self._held_bytes -= len(body)
        if length is not None and len(body) < min(length, self._max_bytes):
            raise BodyCut
        return bytes(body[: self._max_bytes + 1])


class BodyReaders(NamedTuple):
    """Readers with limits of their own, so that large bodies of webhooks take no memory from those of forms."""

    forms: BodyReader
    webhooks: BodyReader

    def for_path(self, path: str) -> BodyReader:
        """Return the reader for a request to ``path``."""
        return self.webhooks if path.startswith(WEBHOOK_PATHS) else self.forms
