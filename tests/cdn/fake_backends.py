"""Fakes of the purge APIs of Fastly and Cloudflare, which answer as their documentation shows."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.fakes import Request, as_json

SERVICE = "SU1Z0isxPaozGVKXdv0eY"
ZONE = "023e105f4ecef8ad9ca31a8372d0c353"
TOKEN = "a-token-of-the-blog"


@dataclass
class FakeBackend:
    """The purged keys, one list per accepted request; while ``refusal`` is set, it is the response instead."""

    purged_keys: list[list[str]] = field(default_factory=list)
    refusal: Callable[[Request], bytes] | None = None

    @property
    def keys(self) -> set[str]:
        return {key for batch in self.purged_keys for key in batch}

    def __call__(self, request: Request) -> bytes:
        return self.refusal(request) if self.refusal else self.take(request)

    def take(self, request: Request) -> bytes:
        raise NotImplementedError

    def _take(self, keys: list[str], most: int) -> bool:
        is_well = 0 < len(keys) <= most and all(
            0 < len(key) <= 1024 and key.isascii() and " " not in key for key in keys
        )
        if is_well:
            self.purged_keys.append(keys)
        return is_well


class FakeFastly(FakeBackend):
    """https://www.fastly.com/documentation/reference/api/purging/"""

    def take(self, request: Request) -> bytes:
        if request.headers.get("fastly-key") != TOKEN:
            return as_json({"msg": "Provided credentials are missing or invalid"}, "401 Unauthorized")
        if (request.method, request.path) != ("POST", f"/service/{SERVICE}/purge"):
            return as_json({"msg": "Record not found", "detail": "Cannot find service"}, "404 Not Found")
        keys = json.loads(request.body)["surrogate_keys"]
        if not self._take(keys, 256):
            return as_json({"msg": "Bad request", "detail": "Invalid surrogate keys"}, "400 Bad Request")
        return as_json({key: f"108-1391560174-{number}" for number, key in enumerate(keys)})


class FakeCloudflare(FakeBackend):
    """https://developers.cloudflare.com/api/resources/cache/methods/purge/"""

    def take(self, request: Request) -> bytes:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return refused("403 Forbidden", 10000, "Authentication error")
        if (request.method, request.path) != ("POST", f"/zones/{ZONE}/purge_cache"):
            message = f"Could not route to {request.path}, perhaps your object identifier is invalid?"
            return refused("404 Not Found", 7003, message)
        if not self._take(json.loads(request.body)["tags"], 100):
            return refused("400 Bad Request", 1012, "Request must contain a valid list of tags")
        return as_json({"success": True, "errors": [], "messages": [], "result": {"id": ZONE}})


def refused(status: str, code: int, message: str) -> bytes:
    errors = [{"code": code, "message": message}]
    return as_json({"success": False, "errors": errors, "messages": [], "result": None}, status)
