"""A fake Ghost on a real socket, which answers the source's requests like the real one.

The forms are those of the answers recorded under ``tests/recorded/ghost``.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt

from tests.support.fakes import Fake, Request, as_json, fake

CONTENT_KEY = "22444f78447824223cefc48062"
ADMIN_KEY = f"6489a3b1f2c4d50001a1b2c3:{'5f' * 32}"
PATH = re.compile(r"/ghost/api/(content|admin)/posts/(?:(\w+)/)?")
TOKEN = re.compile(r"(\w+):(>=|>|-)?('[^']*'|\[[^\]]*\]|\w+)|[(),+]")
GATED = re.compile(r"<!--kg-gated-block:begin (.*?)-->(.*?)<!--kg-gated-block:end-->", re.DOTALL)


class FakeGhost:
    """Posts as in Ghost's API, by id; tests change them as an author would."""

    def __init__(self) -> None:
        self.posts: dict[str, dict[str, Any]] = {}

    def add(self, number: int, title: str, **fields: object) -> str:
        id_ = f"{number:024x}"
        slug = title.lower().replace(" ", "-")
        time = f"2026-03-01T12:00:{number % 60:02}.000+00:00"
        self.posts[id_] = {
            "id": id_, "uuid": f"uuid-{number}", "title": title, "slug": slug, "html": f"<p>About {title}.</p>",
            "feature_image": None, "feature_image_alt": None, "feature_image_caption": None,
            "visibility": "public", "status": "published",
            "created_at": time, "updated_at": time, "published_at": time, "custom_excerpt": None,
            "canonical_url": None, "tags": [], "authors": [{"id": "1", "name": "Ada Byron", "slug": "ada"}],
            "url": f"https://cms.example/{slug}/", "excerpt": f"About {title}.", "meta_title": None,
            "meta_description": None, "og_title": None, "og_description": None,
        } | fields  # fmt: skip
        return id_

    def _shown(self, post: dict[str, Any], api: str) -> dict[str, Any]:
        """A post as one of the APIs shows it. The Content API leaves out content for members only."""
        if api == "admin":
            return post
        html = GATED.sub(lambda block: block[2] if "nonMember:true" in block[1] else "", post["html"])
        return post | {"html": html if post["visibility"] == "public" else ""}

    def answer(self, request: Request) -> bytes:
        place = PATH.fullmatch(request.path)
        if place is None:
            return as_json({"errors": [{"message": "Resource not found"}]}, "404 Not Found")
        if not (_is_admin(request) if place[1] == "admin" else request.query.get("key") == CONTENT_KEY):
            error = {
                "message": "Unknown Content API Key",
                "type": "UnauthorizedError",
                "code": "UNKNOWN_CONTENT_API_KEY",
            }
            return as_json({"errors": [error]}, "401 Unauthorized")
        visible = [self._shown(post, place[1]) for post in self.posts.values()]
        visible = [post for post in visible if place[1] == "admin" or post["status"] == "published"]
        if place[2]:
            found = [post for post in visible if post["id"] == place[2]]
            missing = {"errors": [{"message": "Resource not found error, cannot read post.", "type": "NotFoundError"}]}
            return as_json({"posts": found}) if found else as_json(missing, "404 Not Found")
        return as_json(_browse(visible, request.query))


@contextmanager
def fake_ghost() -> Iterator[tuple[FakeGhost, Fake]]:
    ghost = FakeGhost()
    with fake(ghost.answer) as server:
        yield ghost, server


def _is_admin(request: Request) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    key_id, _, secret = ADMIN_KEY.partition(":")
    try:
        jwt.decode(token, bytes.fromhex(secret), algorithms=["HS256"], audience="/admin/")
    except jwt.InvalidTokenError:
        return False
    return scheme == "Ghost" and jwt.get_unverified_header(token)["kid"] == key_id


def _browse(posts: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
    found = [post for post in posts if _matches(post, query.get("filter", ""))]
    for order in reversed(query.get("order", "published_at desc").split(",")):
        field, _, direction = order.partition(" ")
        found.sort(key=lambda post: str(post[field]), reverse=direction == "desc")
    limit = min(int(query["limit"]), 100)
    fields = query.get("fields")
    shown = [*fields.split(","), *query.get("include", "").split(",")] if fields else []
    page = [{name: post[name] for name in shown if name in post} if fields else post for post in found[:limit]]
    pagination = {"page": 1, "limit": limit, "pages": -(-len(found) // limit), "total": len(found), "next": None}
    return {"posts": page, "meta": {"pagination": pagination}}


def _matches(post: dict[str, Any], wanted: str) -> bool:
    """Whether a filter matches: a comma means “or”, a plus means “and”, which binds more closely."""
    tokens = list(TOKEN.finditer(wanted))
    assert "".join(match[0] for match in tokens) == wanted, wanted
    source = ""
    for match in tokens:
        source += {"(": "(", ")": ")", ",": " or ", "+": " and "}.get(match[0]) or str(_holds(post, *match.groups()))
    return bool(eval(source)) if source else True  # noqa: S307 - made of True, False and brackets


def _holds(post: dict[str, Any], field: str, operator: str | None, value: str) -> bool:
    has = str(post[field]).replace("T", " ").partition(".")[0] if field == "updated_at" else str(post[field])
    if value.startswith("["):
        return (has in value[1:-1].split(",")) is (operator != "-")
    value = value.strip("'")
    return bool({">": has > value, ">=": has >= value, None: has == value, "-": has != value}[operator])
