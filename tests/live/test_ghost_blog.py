"""A blog that syncs from a real Ghost: publishing there changes the page here."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from blog.config import settings as configured
from blog.content import preview_links
from blog.sources.registry import configured_source
from blog.sync.run import sync
from tests.live.forwarding import forwarded
from tests.live.ghost import Ghost
from tests.live.pictures import png
from tests.support.servers import Served, served
from tests.support.waiting import wait_until

pytestmark = pytest.mark.live

SECRET = "a secret of sufficient length"
EVENTS = (
    "post.added", "post.edited", "post.published", "post.published.edited", "post.unpublished", "post.deleted",
    "post.scheduled", "post.unscheduled",
)  # fmt: skip


@pytest.fixture
def blog(ghost: Ghost, tmp_path: Path) -> Iterator[Served]:
    """A blog that gets Ghost's webhooks, and polls so rarely that only a webhook can cause a change."""
    settings = {
        "BLOG_SOURCE": f"ghost:{ghost.url}",
        "BLOG_SOURCE_ADMIN_KEY": ghost.admin_key,
        "BLOG_WEBHOOK_SECRET": SECRET,
        "BLOG_SYNC_SECONDS": "3600",
    }
    with served(tmp_path, **settings) as blog:
        webhooks = [ghost.add_webhook(event, f"{blog.url}/webhooks/ghost", SECRET) for event in EVENTS]
        yield blog
        for webhook in webhooks:
            ghost.delete_webhook(webhook)


def test_changes_in_ghost_appear_on_the_page(ghost: Ghost, blog: Served, capsys: pytest.CaptureFixture[str]) -> None:
    measured: dict[str, float] = {}

    def watch(what: str, act: Callable[[], object], seen: Callable[[], bool]) -> None:
        act()
        began = time.monotonic()
        wait_until(seen)
        measured[what] = time.monotonic() - began

    post = ghost.create_post("Live tea", "<p>Hot.</p>", tags=[{"name": "Leaves"}])
    id_, page = post["id"], "/articles/live-tea"
    assert blog.get(page).status == 404
    watch("publish", lambda: ghost.edit_post(id_, status="published"), lambda: "Hot." in blog.get(page).text)
    assert blog.get("/tags/leaves").status == 200
    watch("edit", lambda: ghost.edit_post(id_, "<p>Hotter.</p>"), lambda: "Hotter." in blog.get(page).text)
    watch("unpublish", lambda: ghost.unpublish_post(id_), lambda: blog.get(page).status == 410)
    watch("publish again", lambda: ghost.edit_post(id_, status="published"), lambda: blog.get(page).status == 200)
    watch("delete", lambda: ghost.delete_post(id_), lambda: blog.get(page).status == 410)
    with capsys.disabled():
        times = ", ".join(f"{what} {seconds * 1000:.0f} ms" for what, seconds in measured.items())
        sys.stdout.write(f"\nFrom Ghost to the page: {times}\n")
    assert "Traceback" not in blog.output


def test_an_image_of_ghost_is_the_blog_s_own(ghost: Ghost, blog: Served) -> None:
    address = ghost.upload_image("pot.png", png())
    ghost.create_post("Pictured pot", f'<p>See</p><img src="{address}">', status="published", feature_image=address)
    wait_until(lambda: blog.get("/articles/pictured-pot").status == 200)
    text = blog.get("/articles/pictured-pot").text
    assert text.count('src="/media/') == 2
    assert ghost.url not in text


def test_a_scheduled_post_waits_and_a_draft_has_a_preview(ghost: Ghost, blog: Served) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    ghost.create_post("Tea to come", "<p>Wait.</p>", status="scheduled", published_at=later)
    ghost.create_post("Unfinished tea", "<p>Cold.</p>")

    def waiting() -> dict[str, str]:
        with blog.rows():
            return {piece.slug: piece.preview for piece in preview_links.unpublished()}

    wait_until(lambda: waiting().keys() >= {"tea-to-come", "unfinished-tea"})
    assert blog.get("/articles/tea-to-come").status == 404
    for slug, words in (("tea-to-come", "Wait."), ("unfinished-tea", "Cold.")):
        path = "/preview/" + waiting()[slug].rpartition("/")[2]
        assert words in blog.get(path).text


def test_polling_alone_finds_changes_and_whole_listings_find_deletions(ghost: Ghost, tmp_path: Path) -> None:
    kept = [ghost.create_post(f"Polled {number}", "<p>Text.</p>", status="published")["id"] for number in range(7)]
    settings = {"BLOG_SOURCE": f"ghost:{ghost.url}", "BLOG_SOURCE_KEY": ghost.content_key, "BLOG_SYNC_SECONDS": "5"}
    with served(tmp_path, **settings) as blog:
        assert blog.get("/articles/polled-1").status == 200
        ghost.edit_post(kept[1], "<p>Changed.</p>")
        wait_until(lambda: "Changed." in blog.get("/articles/polled-1").text)
        ghost.create_post("Polled later", "<p>New.</p>", status="published")
        wait_until(lambda: blog.get("/articles/polled-later").status == 200)
        ghost.delete_post(kept[2])
    with served(tmp_path, **settings, BLOG_FULL_SYNC_MINUTES="1") as blog, blog.rows():
        with configured_source(configured) as source:
            assert [entry.name for entry in sync(source).withdrawn] == [kept[2]]
        assert blog.get("/articles/polled-2").status == 410


def test_a_ghost_that_is_down_loses_nothing(ghost: Ghost, tmp_path: Path) -> None:
    ghost.create_post("Steady tea", "<p>Text.</p>", status="published")
    settings = {"BLOG_SOURCE_KEY": ghost.content_key, "BLOG_SYNC_SECONDS": "5"}
    with forwarded(int(ghost.url.rpartition(":")[2])) as port:
        settings["BLOG_SOURCE"] = f"ghost:http://127.0.0.1:{port}"
        with served(tmp_path, **settings) as blog:
            assert blog.get("/articles/steady-tea").status == 200
    with served(tmp_path, **settings) as blog:
        assert blog.get("/articles/steady-tea").status == 200
        wait_until(lambda: "cannot be reached" in blog.output)


GATED_CARDS = (("Paid only.", False, "status:-free"), ("Members only.", False, "status:free,status:-free"))


def gated_lexical() -> str:
    """A public post with a paragraph for everybody and cards for members only."""
    words = {"type": "extended-text", "text": "For everybody.", "version": 1, "format": 0, "mode": "normal"}
    block = {"version": 1, "direction": "ltr", "format": "", "indent": 0}
    cards = [
        {"type": "html", "version": 1, "html": f"<p>{text}</p>",
         "visibility": {"web": {"nonMember": is_for_visitors, "memberSegment": segment},
                        "email": {"memberSegment": ""}}}
        for text, is_for_visitors, segment in (*GATED_CARDS, ("Visitors only.", True, ""))
    ]  # fmt: skip
    root = block | {"type": "root", "children": [block | {"type": "paragraph", "children": [words]}, *cards]}
    return json.dumps({"root": root})


@pytest.mark.parametrize("keys", ["content", "admin", "both"])
def test_a_post_for_members_only_is_not_published(ghost: Ghost, tmp_path: Path, keys: str) -> None:
    post = ghost.create_post(f"Gated {keys}", lexical=gated_lexical(), status="published")
    assert "Paid only." in ghost.post(post["id"])["html"], "the Admin API shows it"
    with served(tmp_path, **keyed(ghost, keys)) as blog:
        text = blog.get(f"/articles/gated-{keys}").text
    assert "For everybody." in text
    assert "Visitors only." in text
    assert not any(hidden in text for hidden, *_ in GATED_CARDS)


def keyed(ghost: Ghost, keys: str) -> dict[str, str]:
    settings = {"BLOG_SOURCE": f"ghost:{ghost.url}", "BLOG_SYNC_SECONDS": "5"}
    if keys != "admin":
        settings["BLOG_SOURCE_KEY"] = ghost.content_key
    if keys != "content":
        settings["BLOG_SOURCE_ADMIN_KEY"] = ghost.admin_key
    return settings


@pytest.mark.parametrize("keys", ["content", "admin", "both"])
def test_bulk_actions_without_a_new_time_are_found_by_one_poll(ghost: Ghost, tmp_path: Path, keys: str) -> None:
    ids = [ghost.create_post(f"Bulk {keys} {n}", "<p>Text.</p>", status="published")["id"] for n in range(3)]
    with served(tmp_path, **keyed(ghost, keys)) as blog:
        pages = [f"/articles/bulk-{keys}-{n}" for n in range(3)]
        assert [blog.get(page).status for page in pages] == [200, 200, 200]
        before = ghost.post(ids[0])["updated_at"]
        ghost.edit_all(f"id:{ids[0]}", "access", visibility="members")
        assert ghost.post(ids[0])["updated_at"] == before, "this is what makes it hard"
        wait_until(lambda: blog.get(pages[0]).status == 410)
        ghost.edit_all(f"id:{ids[1]}", "unpublish")
        wait_until(lambda: blog.get(pages[1]).status == 410)
        ghost.edit_all(f"id:{ids[0]}", "access", visibility="public")
        wait_until(lambda: blog.get(pages[0]).status == 200)
        assert blog.get(pages[2]).status == 200
        ready = json.loads(blog.get("/readyz").text)["source"]
        assert ready["age_seconds"] is not None
        assert ready["age_seconds"] < 30


TITLES = (
    "Ο Οδυσσέας και το τέλος",
    "お茶、そして水。",
    "茶,還有水。",
    "الشاي، والماء",
    "चाय। पानी",
    "Թեյ և ջուր",
    "Tea ♥ → № §",
    "🎉🎉",
)


def test_realistic_texts_arrive_complete(ghost: Ghost, tmp_path: Path) -> None:
    posts = [
        ghost.create_post(title, f"<p>Text {number}.</p>", status="published", tags=[{"name": "🎉"}, {"name": "C++"}])
        for number, title in enumerate(TITLES)
    ]
    links = "".join(f'<a href="{ghost.url}/{post["slug"]}/">x</a>' for post in posts)
    ghost.create_post("Links to all", f"<p>{links}</p>", status="published")
    with served(tmp_path, **keyed(ghost, "content")) as blog:
        assert "rejected" not in blog.output
        page = blog.get("/articles/links-to-all").text
        targets = re.findall(r'<a href="(/[^"]*)"[^>]*>x</a>', page)
        assert len(targets) == len(posts), "own posts are linked here"
        for target, post in zip(targets, posts, strict=True):
            answer = blog.get(quote(unescape(target), safe="/%"))
            assert answer.status == 301, target
            found = blog.get(answer.headers["Location"])
            assert found.status == 200
            assert f"Text {posts.index(post)}." in found.text
