"""Recorded responses of a real Ghost and WordPress become documents, field by field."""

import json
from pathlib import Path
from typing import Any

from blog.config import CommentPolicy
from blog.content.documents import Document
from blog.sources.ghost.source import GhostSource
from blog.sources.wordpress.source import WordPressSource
from tests.sources.fake_ghost import ADMIN_KEY, CONTENT_KEY
from tests.support.documents import names
from tests.support.fakes import Request, as_json, fake

RECORDED = Path(__file__).parents[1] / "recorded"


def recorded(name: str) -> Any:  # noqa: ANN401 - whatever was answered
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["body"]


def from_ghost(*names: str, admin: bool = False) -> dict[str, Document]:
    """The documents of recorded listings, by their slugs."""
    posts = [post for name in names for post in recorded(f"ghost/{name}")["posts"]]

    def answer(request: Request) -> bytes:
        return as_json({"posts": [post for post in posts if post["id"] in request.path]})

    with fake(answer) as server:
        source = GhostSource(server.url, None if admin else CONTENT_KEY, ADMIN_KEY if admin else None)
        found = [source.find(post["id"]) for post in posts]
        source.close()
    return {document.slug: document for document in (listed.load() for listed in found if listed)}


def from_wordpress(*names: str, login: str | None = None) -> dict[str, Document]:
    posts = [post for name in names for post in recorded(f"wordpress/{name}")]

    def answer(request: Request) -> bytes:
        is_editor = "authorization" in request.headers
        [post] = [post for post in posts if request.path.endswith(f"/{post['id']}")]
        if post["status"] != "publish" and not is_editor:
            return as_json(recorded("wordpress/post-draft-unauthorised"), "401 Unauthorized")
        return as_json(post)

    with fake(answer) as server:
        source = WordPressSource(server.url, login)
        found = [source.find(str(post["id"])) for post in posts]
        source.close()
    return {document.slug: document for document in (listed.load() for listed in found if listed)}


def test_ghost_s_public_posts() -> None:
    found = from_ghost("posts-page-1", "posts-page-2", "posts-page-3")
    water = found["water-first"]
    assert water.title == "Water first"
    assert (water.excerpt, water.image_alt) == ("Why water comes before the leaf.", "A green kettle")
    assert water.image is not None
    assert water.image.endswith("/content/images/2026/11/kettle.png")
    assert water.published_at is not None
    assert water.published_at.utctimetuple()[:5] == (2026, 1, 5, 9, 0)
    assert not any(tag.name.startswith("#") for tag in water.tags)
    assert water.former_urls == ("/water-first/",)
    assert len(water.authors) == 2
    assert found["for-members"].is_draft
    assert {slug for slug, document in found.items() if not document.is_draft} == {
        "water-first", "cards-of-every-kind", "tea-and-biscuits", "nothing-but-a-title",
    }  # fmt: skip


def test_ghost_s_drafts() -> None:
    found = from_ghost("admin-drafts", admin=True)
    assert found["not-finished"].is_draft
    assert found["not-finished"].former_urls == ()
    scheduled = found["in-the-year-after-next"]
    assert not scheduled.is_draft
    assert scheduled.published_at is not None
    assert scheduled.published_at.year == 2036
    assert scheduled.former_urls == ()


def test_wordpress_s_public_posts() -> None:
    found = from_wordpress("posts-page-1", "posts-page-2")
    water = found["water-first"]
    assert (water.excerpt, water.image_alt) == ("Why water comes before the leaf.", "A green kettle")
    assert set(names(water.tags)) >= {"Boissons d’été", "Café crème"}
    assert names(water.authors) == ("Bea Brown",)
    assert water.former_urls == ("/2026/01/water-first/",)
    biscuits = found["tea-and-biscuits"]
    assert (biscuits.title, biscuits.comments) == ("Tea & biscuits", CommentPolicy.CLOSED)
    summer = found["by-summer-time"]
    assert summer.published_at is not None
    assert summer.published_at.isoformat() == "2026-07-01T22:30:00+00:00"
    assert found["behind-a-password"].is_draft
    assert found["blocks-of-every-kind"].excerpt == ""


def test_wordpress_s_drafts() -> None:
    found = from_wordpress("drafts", login="ada:password")
    assert found["not-finished"].is_draft
    assert found["not-finished"].former_urls == ()
    assert found["in-the-year-after-next"].is_draft, "until WordPress publishes it and a visitor can read it"
