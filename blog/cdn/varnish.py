"""Varnish, with either of the configurations in ``docs/deploy.md``."""

from collections.abc import Sequence
from typing import ClassVar

from blog.cdn.backend import Front

CONFIGURATION = "Give Varnish one of the configurations in docs/deploy.md."
PURGED = "Purged"


class Varnish(Front):
    """A Varnish at ``url``, whose configuration obeys the method ``PURGE``."""

    name = "Varnish"
    most_words = 256
    # Varnish takes no header above 8 kB, http_req_hdr_len.
    most_characters = 4_000
    mends: ClassVar = {
        403: "Compare BLOG_PURGE_TOKEN, and the address of this machine, with Varnish’s configuration.",
        404: CONFIGURATION,
        405: CONFIGURATION,
        501: CONFIGURATION,
    }

    def __init__(self, url: str, token: str) -> None:
        super().__init__(token)
        self._url = url

    def _forget(self, words: Sequence[str]) -> None:
        headers = {"Purge-Keys": " ".join(words)}
        if self._token:
            headers["Purge-Token"] = self._token
        if self._ask("PURGE", self._url, headers).reason != PURGED:
            raise self._trouble("does not confirm the purge", CONFIGURATION)
