"""Purging Varnish, with one of the configurations in ``docs/deploy.md``."""

from collections.abc import Sequence
from typing import ClassVar

from blog.cdn.backend import CDNBackend

CONFIGURATION_HINT = "Give Varnish one of the configurations in docs/deploy.md."
PURGED = "Purged"


class Varnish(CDNBackend):
    """A Varnish server at ``url`` whose configuration accepts the method ``PURGE``."""

    name = "Varnish"
    max_keys = 256
    # Varnish refuses a header above 8 kB (http_req_hdr_len).
    max_characters = 4_000
    hints: ClassVar = {
        403: "Compare BLOG_PURGE_TOKEN, and the address of this machine, with Varnish’s configuration.",
        404: CONFIGURATION_HINT,
        405: CONFIGURATION_HINT,
        501: CONFIGURATION_HINT,
    }

    def __init__(self, url: str, token: str) -> None:
        super().__init__(token)
        self._url = url

    def _purge(self, keys: Sequence[str]) -> None:
        headers = {"Purge-Keys": " ".join(keys)}
        if self._token:
            headers["Purge-Token"] = self._token
        # Only the documented configurations send this reason phrase; another server may answer 200 to any method.
        if self._send("PURGE", self._url, headers).reason != PURGED:
            raise self._failure("does not confirm the purge", CONFIGURATION_HINT)
