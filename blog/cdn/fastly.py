"""Fastly: https://www.fastly.com/documentation/reference/api/purging/."""

from collections.abc import Sequence
from typing import Any, ClassVar

from blog.cdn.backend import LATER, Front, told_json

API = "https://api.fastly.com"
TOKEN = "Mend BLOG_PURGE_TOKEN: it takes a token with the scope purge_select for this service."  # noqa: S105 - a text


class Fastly(Front):
    """A service of Fastly's.

    Its purges are hard ones: a page that is purged softly would be served once more while a new one is fetched.
    """

    name = "Fastly"
    most_words = 256
    most_characters = 64_000
    mends: ClassVar = {401: TOKEN, 403: TOKEN, 404: "Mend the service’s ID in BLOG_PURGE."}

    def __init__(self, service: str, token: str, api: str = API) -> None:
        super().__init__(token)
        self._url = f"{api}/service/{service}/purge"

    def _forget(self, words: Sequence[str]) -> None:
        headers = {"Fastly-Key": self._token, "Accept": "application/json"}
        told = told_json(self._ask("POST", self._url, headers, {"surrogate_keys": list(words)}))
        if not isinstance(told, dict) or not set(words) <= told.keys():
            raise self._trouble("does not confirm the purge", LATER)

    def _its_words(self, told: Any) -> str:  # noqa: ANN401 - whatever it sent
        if not isinstance(told, dict):
            return ""
        return ": ".join(str(told[name]) for name in ("msg", "detail") if told.get(name))
