"""Cloudflare: https://developers.cloudflare.com/cache/how-to/purge-cache/."""

from collections.abc import Sequence
from typing import Any, ClassVar

from blog.cdn.backend import LATER, Front, told_json

API = "https://api.cloudflare.com/client/v4"
TOKEN = "Mend BLOG_PURGE_TOKEN: it takes a token with the permission Zone, Cache Purge for this zone."  # noqa: S105


class Cloudflare(Front):
    """A zone of Cloudflare's."""

    name = "Cloudflare"
    most_words = 100
    most_characters = 64_000
    mends: ClassVar = {
        400: "See that BLOG_PURGE has the zone’s ID, and BLOG_PURGE_TOKEN a token and no key.",
        401: TOKEN,
        403: TOKEN,
        404: "Mend the zone’s ID in BLOG_PURGE.",
    }

    def __init__(self, zone: str, token: str, api: str = API) -> None:
        super().__init__(token)
        self._url = f"{api}/zones/{zone}/purge_cache"

    def _forget(self, words: Sequence[str]) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        answer = self._ask("POST", self._url, headers, {"tags": list(words)})
        told = told_json(answer)
        if not isinstance(told, dict) or told.get("success") is not True:
            raise self._trouble(f"does not confirm the purge{self._quoted(answer)}", LATER)

    def _its_words(self, told: Any) -> str:  # noqa: ANN401 - whatever it sent
        errors = told.get("errors") if isinstance(told, dict) else None
        messages = [error.get("message") for error in errors or () if isinstance(error, dict)]
        return "; ".join(str(message) for message in messages if message)
