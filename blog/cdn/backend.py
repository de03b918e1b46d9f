"""Base class of the supported shared caches: purges keys in batches and reports failures."""

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from blog.errors import OperatorError
from blog.fetch.retries import retry_after

if TYPE_CHECKING:
    from blog.cdn.client import CDNResponse

RETRIED = "The worker tries again."
CHECK_CONNECTION = f"Check that it runs and that this machine can reach it. {RETRIED}"
CHECK_ADDRESS = "Check that BLOG_PURGE names the right one."
BUSY = frozenset({429, 503})


class PurgeFailed(OperatorError):
    """A cache did not confirm a purge. ``pause`` is how many seconds it asks to wait, if it says so."""

    def __init__(self, text: str, pause: float | None = None) -> None:
        super().__init__(text)
        self.pause = pause


class CDNBackend(ABC):
    """A shared cache in front of the blog. ``token`` is the secret that allows the blog to purge it."""

    name: ClassVar[str]
    """The product name, for messages to the operator."""
    max_keys: ClassVar[int]
    """Maximum number of keys per request."""
    max_characters: ClassVar[int]
    """Maximum total key length per request, separators included."""
    hints: ClassVar[dict[int, str]]
    """How to fix a refusal, by response status."""

    def __init__(self, token: str) -> None:
        self._token = token

    def purge(self, keys: Collection[str]) -> None:
        """Delete the pages with any of ``keys``, as encoded in the response headers, from the cache.

        :raises PurgeFailed: the cache did not confirm the purge. If there are many keys, some may have been purged.
        """
        for batch in batches(sorted(keys), self.max_keys, self.max_characters):
            self._purge(batch)

    @abstractmethod
    def _purge(self, keys: Sequence[str]) -> None:
        """Send one request."""

    def _send(self, method: str, url: str, headers: dict[str, str], content: object = None) -> "CDNResponse":
        """Send one request and return the response, which has a status from 200 to 299.

        :raises PurgeFailed: there is no response, or it has another status.
        """
        from blog.cdn.client import NoResponse, send  # noqa: PLC0415 - httpx slows every start; few blogs have a CDN

        try:
            response = send(method, url, headers, content)
        except NoResponse as error:
            raise self._failure(str(error), CHECK_CONNECTION) from error
        status = response.status
        if 200 <= status < 300:
            return response
        pause = retry_after(response.headers) if status in BUSY else None
        hint = self.hints.get(status, RETRIED if status == 429 or status >= 500 else CHECK_ADDRESS)
        raise self._failure(f"answered {status}{self._quoted(response)}", hint, pause)

    def _failure(self, why: str, hint: str, pause: float | None = None) -> PurgeFailed:
        return PurgeFailed(f"{self.name} {why}. {hint}", pause)

    def _quoted(self, response: "CDNResponse") -> str:
        """Return the cache's error message, shortened, printable and without the token."""
        message = " ".join(self._message(json_of(response)).split())
        if self._token:
            message = message.replace(self._token, "…")
        # A control character could forge a line of the log, or change the operator's terminal.
        shown = "".join(c for c in message if c.isprintable())[:200].rstrip(".")
        return f" (“{shown}”)" if shown else ""

    def _message(self, payload: Any) -> str:  # noqa: ANN401, ARG002 - whatever the cache sent
        """Return the error message in the JSON of a refusal; empty if there is none."""
        return ""


def json_of(response: "CDNResponse") -> Any:  # noqa: ANN401 - whatever the cache sent
    """Return the decoded JSON of ``response``, or ``None`` if it is not JSON."""
    try:
        return json.loads(response.body)
    # Deeply nested JSON is a RecursionError.
    except (ValueError, RecursionError):
        return None


def batches(keys: Sequence[str], max_keys: int, max_characters: int) -> Iterator[list[str]]:
    """Split ``keys`` into lists of at most ``max_keys`` keys and ``max_characters`` characters with separators."""
    batch: list[str] = []
    characters = 0
    for key in keys:
        if batch and (len(batch) == max_keys or characters + 1 + len(key) > max_characters):
            yield batch
            batch, characters = [], 0
        batch.append(key)
        characters += 1 + len(key)
    if batch:
        yield batch
