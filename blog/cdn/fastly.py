"""Purging Fastly: https://www.fastly.com/documentation/reference/api/purging/."""

from collections.abc import Sequence
from typing import Any, ClassVar

from blog.cdn.backend import RETRIED, CDNBackend, json_of

API = "https://api.fastly.com"
TOKEN_HINT = "Set BLOG_PURGE_TOKEN to a token with the scope purge_select for this service."  # noqa: S105 - a text


class Fastly(CDNBackend):
    """A Fastly service.

    Uses hard purges, because after a soft purge Fastly may serve the old page once more while it fetches the new one.
    """

    name = "Fastly"
    max_keys = 256
    max_characters = 64_000
    hints: ClassVar = {401: TOKEN_HINT, 403: TOKEN_HINT, 404: "Correct the service’s ID in BLOG_PURGE."}

    def __init__(self, service: str, token: str, api: str = API) -> None:
        super().__init__(token)
        self._url = f"{api}/service/{service}/purge"

    def _purge(self, keys: Sequence[str]) -> None:
        headers = {"Fastly-Key": self._token, "Accept": "application/json"}
        payload = json_of(self._send("POST", self._url, headers, {"surrogate_keys": list(keys)}))
        # Fastly names each purged key. The status is not enough: a page of a proxy in between has 200 as well.
        if not isinstance(payload, dict) or not set(keys) <= payload.keys():
            raise self._failure("does not confirm the purge", RETRIED)

    def _message(self, payload: Any) -> str:  # noqa: ANN401 - whatever the cache sent
        if not isinstance(payload, dict):
            return ""
        return ": ".join(str(payload[name]) for name in ("msg", "detail") if payload.get(name))
