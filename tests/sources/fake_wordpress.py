"""A fake WordPress on a real socket, which answers the source's requests like the real one.

The forms are those of the answers recorded under ``tests/recorded/wordpress``.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.fakes import Fake, Request, as_json, fake, http

LOGIN = "ada:abcd efgh ijkl mnop qrst uvwx"
ROUTE = re.compile(r"/wp/v2/posts(?:/(\d+))?")


class FakeWordPress:
    """Posts as in WordPress's API, by id. Without ``has_permalinks``, the API is only at ``?rest_route=``."""

    def __init__(self) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.has_permalinks = True

    def add(self, id_: int, name: str, **fields: object) -> None:
        slug = name.lower().replace(" ", "-")
        time = f"2026-03-01T{id_ // 3600 % 24:02}:{id_ // 60 % 60:02}:{id_ % 60:02}"
        self.posts[id_] = {
            "id": id_, "date_gmt": time, "modified_gmt": time, "slug": slug, "status": "publish", "type": "post",
            "link": f"http://cms.example/2026/03/{slug}/", "title": {"rendered": name},
            "content": {"rendered": f"<p>About {name}.</p>\n", "protected": False},
            "excerpt": {"rendered": f"<p>About {name}.</p>\n", "protected": False},
            "author": 1, "featured_media": 0, "comment_status": "open", "sticky": False,
            "_embedded": {"author": [{"id": 1, "name": "Ada Byron"}], "wp:term": [[], []]},
        } | fields  # fmt: skip

    def answer(self, request: Request) -> bytes:
        pretty = request.path.removeprefix("/wp-json") if self.has_permalinks else ""
        route = ROUTE.fullmatch(request.query.get("rest_route", pretty))
        if route is None:
            return http("<html>Nothing here</html>", "404 Not Found", Content_Type="text/html")
        is_editor = request.headers.get("authorization") == f"Basic {_encoded(LOGIN)}"
        if route[1]:
            return self._one(int(route[1]), is_editor=is_editor)
        statuses = request.query.get("status", "publish").split(",")
        if statuses != ["publish"] and not is_editor:
            return as_json({"code": "rest_invalid_param", "message": "Invalid parameter(s): status"}, "400 Bad Request")
        found = [self._shown(post, is_editor=is_editor) for post in self.posts.values() if post["status"] in statuses]
        return _listing(found, request.query)

    def _one(self, id_: int, *, is_editor: bool) -> bytes:
        post = self.posts.get(id_)
        if post is None:
            wrong = {"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}
            return as_json(wrong, "404 Not Found")
        if post["status"] != "publish" and not is_editor:
            wrong = {"code": "rest_forbidden", "message": "Sorry, you are not allowed to do that."}
            return as_json(wrong, "401 Unauthorized")
        return as_json(self._shown(post, is_editor=is_editor))

    def _shown(self, post: dict[str, Any], *, is_editor: bool) -> dict[str, Any]:
        """A rendered post; a plugin shows ``only_editors`` only to signed-in users."""
        if not is_editor or "only_editors" not in post:
            return post
        return post | {"content": {"rendered": post["only_editors"], "protected": False}}


@contextmanager
def fake_wordpress() -> Iterator[tuple[FakeWordPress, Fake]]:
    wordpress = FakeWordPress()
    with fake(wordpress.answer) as server:
        yield wordpress, server


def _encoded(login: str) -> str:
    return b64encode(login.encode()).decode()


def _listing(posts: list[dict[str, Any]], query: dict[str, str]) -> bytes:
    if "include" in query:
        posts = [post for post in posts if str(post["id"]) in query["include"].split(",")]
    if "modified_after" in query:
        posts = [post for post in posts if f"{post['modified_gmt']}Z" > query["modified_after"]]
    field = {"modified": "modified_gmt", "id": "id"}.get(query.get("orderby", ""), "date_gmt")
    posts = sorted(posts, key=lambda post: post[field], reverse=query.get("order", "desc") == "desc")
    size, number = int(query.get("per_page", 10)), int(query.get("page", 1))
    if size > 100:
        return as_json({"code": "rest_invalid_param", "message": "Invalid parameter(s): per_page"}, "400 Bad Request")
    pages = -(-len(posts) // size)
    # Without any post, each page is an empty list.
    if number > pages and posts:
        why = "The page number requested is larger than the number of pages available."
        wrong = {"code": "rest_post_invalid_page_number", "message": why, "data": {"status": 400}}
        return as_json(wrong, "400 Bad Request")
    page = posts[(number - 1) * size : number * size]
    if "_fields" in query:
        names = query["_fields"].split(",")
        page = [{name.partition(".")[0]: _field(post, name) for name in names if _has(post, name)} for post in page]
    return as_json(page, X_WP_Total=str(len(posts)), X_WP_TotalPages=str(pages))


def _has(post: dict[str, Any], name: str) -> bool:
    return name.partition(".")[0] in post


def _field(post: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - whatever the post has
    """A field, or one part of it, as in ``content.protected``."""
    first, _, second = name.partition(".")
    return {second: post[first][second]} if second else post[first]
