"""Purging Cloudflare: https://developers.cloudflare.com/cache/how-to/purge-cache/."""

from collections.abc import Sequence
from typing import Any, ClassVar

from blog.cdn.backend import RETRIED, CDNBackend, json_of

API = "https://api.cloudflare.com/client/v4"
TOKEN_HINT = "Set BLOG_PURGE_TOKEN to a token with the permission Zone, Cache Purge for this zone."  # noqa: S105


class Cloudflare(CDNBackend):
    """A Cloudflare zone."""

    name = "Cloudflare"
    max_keys = 100
    max_characters = 64_000
    hints: ClassVar = {
        400: "Check that BLOG_PURGE has the zone’s ID, and that BLOG_PURGE_TOKEN is a token and not a key.",
        401: TOKEN_HINT,
        403: TOKEN_HINT,
        404: "Correct the zone’s ID in BLOG_PURGE.",
    }

    def __init__(self, zone: str, token: str, api: str = API) -> None:
        super().__init__(token)
        self._url = f"{api}/zones/{zone}/purge_cache"

    def _purge(self, keys: Sequence[str]) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        response = self._send("POST", self._url, headers, {"tags": list(keys)})
        payload = json_of(response)
        # The status is not enough: a page of a proxy in between has 200 as well.
        if not isinstance(payload, dict) or payload.get("success") is not True:
            raise self._failure(f"does not confirm the purge{self._quoted(response)}", RETRIED)

    def _message(self, payload: Any) -> str:  # noqa: ANN401 - whatever the cache sent
        errors = payload.get("errors") if isinstance(payload, dict) else None
        errors = errors if isinstance(errors, list) else []
        messages = [error.get("message") for error in errors if isinstance(error, dict)]
        return "; ".join(str(message) for message in messages if message)
