"""One request to Akismet (https://akismet.com/developers/detailed-docs/)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from blog.comments.signals.models import RequestKind
from blog.fetch.client import Client
from blog.fetch.limits import Limits

SERVER = "https://rest.akismet.com"
LIMITS = Limits(connect=5, read=10, request=15, size=10_000, tries=1)


PATHS = {
    RequestKind.CHECK: "/1.1/comment-check",
    RequestKind.SPAM: "/1.1/submit-spam",
    RequestKind.HAM: "/1.1/submit-ham",
}


class AkismetFailed(Exception):
    """Akismet did not answer as documented. The message quotes the answer, and never contains the key."""


@dataclass(frozen=True)
class Opinion:
    """Akismet's answer about a comment."""

    is_spam: bool
    is_certain: bool = False
    """Akismet advises to discard the comment (header ``X-akismet-pro-tip``)."""


class Akismet:
    """A client for Akismet's API. Not thread-safe; close it after use."""

    def __init__(self, key: str, server: str = SERVER, limits: Limits = LIMITS) -> None:
        self._key = key
        self._server = server
        self._client = Client(server, limits=limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, action: RequestKind, fields: Mapping[str, str]) -> Opinion | None:
        """Return Akismet's opinion of a comment, or ``None`` when ``action`` only reports spam or ham.

        :raises AkismetFailed: the answer is not one that Akismet documents.
        :raises blog.fetch.errors.FetchError: there was no answer.
        """
        answer = self._client.post_form(self._server + PATHS[action], {"api_key": self._key, **fields})
        text = answer.body.decode("utf-8", "replace").strip()
        if action is not RequestKind.CHECK:
            if not text.startswith("Thanks"):
                raise AkismetFailed(_trouble(text, answer.headers))
            return None
        if text not in {"true", "false"}:
            raise AkismetFailed(_trouble(text, answer.headers))
        return Opinion(text == "true", answer.headers.get("x-akismet-pro-tip") == "discard")


def _trouble(text: str, headers: Mapping[str, str]) -> str:
    if text == "invalid":
        return "Akismet does not accept the key; check BLOG_AKISMET_KEY and BLOG_URL"
    hint = headers.get("x-akismet-debug-help", "") or headers.get("x-akismet-alert-msg", "")
    return f"Akismet answered “{text[:60]}”{f' ({hint[:120]})' if hint else ''}"
