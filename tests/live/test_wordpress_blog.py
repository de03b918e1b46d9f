"""A blog that syncs from a real WordPress with the plugin in the documentation."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from blog.config import settings as configured
from blog.content import preview_links
from blog.sources.registry import configured_source
from blog.sync.run import sync, sync_changes
from tests.live.pictures import png
from tests.live.wordpress import WordPress
from tests.support.servers import Served, served
from tests.support.waiting import wait_until

pytestmark = pytest.mark.live

SECRET = "a secret of sufficient length"
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "sources.md"


def documented_plugin(target: str) -> str:
    found = re.search(r"```php\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    plugin = found[1].replace("https://your.blog/webhooks/wordpress", target)
    return plugin.replace("the same secret as in BLOG_WEBHOOK_SECRET", SECRET)


@pytest.fixture
def settings(wordpress: WordPress) -> dict[str, str]:
    return {
        "BLOG_SOURCE": f"wordpress:{wordpress.url}",
        "BLOG_SOURCE_ADMIN_KEY": wordpress.application_password,
        "BLOG_WEBHOOK_SECRET": SECRET,
        "BLOG_SYNC_SECONDS": "3600",
    }


@pytest.fixture
def blog(wordpress: WordPress, settings: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, **settings) as blog:
        wordpress.install_plugin("call-the-blog", documented_plugin(f"{blog.url}/webhooks/wordpress"))
        yield blog
        wordpress.remove_plugin("call-the-blog")


def test_changes_in_wordpress_appear_on_the_page(wordpress: WordPress, blog: Served) -> None:
    tag, category = wordpress.add_tag("Café crème"), wordpress.add_category("Hot drinks")
    post = wordpress.create_post("Live &amp; hot", "<p>Hot.</p>", status="draft", tags=[tag], categories=[category])
    page = "/articles/live-hot"
    wordpress.edit_post(post["id"], status="publish")
    wait_until(lambda: "Hot." in blog.get(page).text)
    assert blog.get("/tags/cafe-creme").status == 200
    assert blog.get("/tags/hot-drinks").status == 200
    wordpress.edit_post(post["id"], content="<p>Hotter.</p>")
    wait_until(lambda: "Hotter." in blog.get(page).text)
    wordpress.edit_post(post["id"], status="draft")
    wait_until(lambda: blog.get(page).status == 410)
    wordpress.edit_post(post["id"], status="publish")
    wait_until(lambda: blog.get(page).status == 200)
    wordpress.edit_post(post["id"], password="sesame")
    wait_until(lambda: blog.get(page).status == 410)
    wordpress.edit_post(post["id"], password="")
    wait_until(lambda: blog.get(page).status == 200)
    wordpress.trash_post(post["id"])
    wait_until(lambda: blog.get(page).status == 410)
    assert "Traceback" not in blog.output


def test_media_are_copied(wordpress: WordPress, blog: Served) -> None:
    picture = wordpress.upload_media("pot.png", png(), "A pot")
    content = f'<figure class="wp-block-image"><img src="{picture["source_url"]}" alt="A pot"></figure>'
    wordpress.create_post("Pictured cup", content, status="publish", featured_media=picture["id"])
    wait_until(lambda: blog.get("/articles/pictured-cup").status == 200)
    text = blog.get("/articles/pictured-cup").text
    assert text.count('src="/media/') == 2
    assert wordpress.url not in text


def test_a_scheduled_post_appears_when_wordpress_releases_it(wordpress: WordPress, blog: Served) -> None:
    post = wordpress.create_post("Cup to come", "<p>Wait.</p>", status="future", date_gmt="2036-01-01T00:00:00")
    wait_until(lambda: "Cup to come" in titles_waiting(blog))
    assert blog.get("/articles/cup-to-come").status == 404
    wordpress.edit_post(post["id"], content="<p>Wait longer.</p>")
    wordpress.release_post(post["id"])
    wait_until(lambda: "Wait longer." in blog.get("/articles/cup-to-come").text)


def titles_waiting(blog: Served) -> list[str]:
    with blog.rows():
        return [piece.title for piece in preview_links.unpublished()]


def test_without_webhooks_changes_and_deletions_are_found(
    wordpress: WordPress, settings: dict[str, str], tmp_path: Path
) -> None:
    ids = [wordpress.create_post(f"Found {number}", "<p>Text.</p>", status="publish")["id"] for number in range(7)]
    with served(tmp_path, **settings) as blog, blog.rows(), configured_source(configured) as source:
        sync(source)
        wordpress.edit_post(ids[1], content="<p>Changed.</p>")
        past = wordpress.create_post(
            "Found in the past", "<p>Old.</p>", status="publish", date_gmt="2019-01-01T00:00:00"
        )
        report = sync_changes(source)
        assert (report.created, report.updated) == (1, 1)
        assert blog.get("/articles/found-in-the-past").status == 200
        assert "Changed." in blog.get("/articles/found-1").text
        wordpress.delete_post(ids[2])
        wordpress.edit_post(ids[3], status="private")
        assert {entry.name for entry in sync(source).withdrawn} == {str(ids[2]), str(ids[3])}
        wordpress.delete_post(past["id"])


def test_a_real_wordpress_is_read_without_a_login_too(wordpress: WordPress, tmp_path: Path) -> None:
    wordpress.create_post("Open cup", "<p>Text.</p>", status="publish")
    wordpress.create_post("Closed cup", "<p>Text.</p>", status="draft")
    with served(tmp_path, BLOG_SOURCE=f"wordpress:{wordpress.url}") as blog:
        assert blog.get("/articles/open-cup").status == 200
        assert blog.get("/articles/closed-cup").status == 404


SHOWN_TO_EDITORS = """<?php
add_filter('the_content', function ($content) {
    return $content . (is_user_logged_in() ? '<p>Hello, editor.</p>' : '<p>Hello, visitor.</p>');
});
"""


def test_a_post_for_signed_in_readers_only_is_not_published(
    wordpress: WordPress, settings: dict[str, str], tmp_path: Path
) -> None:
    wordpress.install_plugin("shown-to-editors", SHOWN_TO_EDITORS)
    try:
        wordpress.create_post("Shown to some", "<p>Text.</p>", status="publish")
        later = wordpress.create_post("Shown later", "<p>Text.</p>", status="future", date_gmt="2036-01-01T00:00:00")
        with served(tmp_path, **settings | {"BLOG_SYNC_SECONDS": "5"}) as blog:
            assert "Hello, visitor." in (text := blog.get("/articles/shown-to-some").text)
            assert "Hello, editor." not in text
            wait_until(lambda: "Shown later" in titles_waiting(blog))
            wordpress.release_post(later["id"])
            wait_until(lambda: blog.get("/articles/shown-later").status == 200)
            assert "Hello, editor." not in blog.get("/articles/shown-later").text
    finally:
        wordpress.remove_plugin("shown-to-editors")


def test_a_post_hidden_without_a_new_time_is_withdrawn_by_one_poll(
    wordpress: WordPress, settings: dict[str, str], tmp_path: Path
) -> None:
    ids = [wordpress.create_post(f"Hushed {n}", "<p>Text.</p>", status="publish")["id"] for n in range(3)]
    with served(tmp_path, **settings | {"BLOG_SYNC_SECONDS": "5"}) as blog:
        assert [blog.get(f"/articles/hushed-{n}").status for n in range(3)] == [200, 200, 200]
        statement = '$wpdb->query("UPDATE $wpdb->posts SET {} WHERE ID = {}"); clean_post_cache({});'
        for id_, change in zip(ids, ("post_status = 'private'", "post_password = 'sesame'"), strict=False):
            wordpress.servers.php(statement.format(change, id_, id_))
        wait_until(lambda: [blog.get(f"/articles/hushed-{n}").status for n in range(3)] == [410, 410, 200])


TITLES = (
    "Ο Οδυσσέας και το τέλος",
    "お茶、そして水。",
    "الشاي، والماء",
    "चाय। पानी",
    "Թեյ և ջուր",
    "Tea ♥ → № §",
    "🎉🎉",
)


def test_realistic_texts_arrive_complete(wordpress: WordPress, settings: dict[str, str], tmp_path: Path) -> None:
    picture = wordpress.upload_media("pot.png", png(), "A pot")["source_url"]
    image = f'<figure class="wp-block-image"><img src="{picture}" alt="A pot"></figure>'
    gallery = f'<figure class="wp-block-gallery has-nested-images">{image}{image}</figure>'
    tag = wordpress.add_tag("🎉")
    posts = [wordpress.create_post(title, "<p>Text.</p>", status="publish", tags=[tag]) for title in TITLES]
    links = "".join(f'<a href="{post["link"]}">x</a>' for post in posts)
    wordpress.create_post("Links to all", f"<p>{links}</p>{gallery}", status="publish")
    with served(tmp_path, **settings) as blog:
        page = blog.get("/articles/links-to-all").text
        assert 'class="gallery' in page
        targets = re.findall(r'<a href="(/[^"]*)"[^>]*>x</a>', page)
        assert len(targets) == len(posts), "own posts are linked here"
        for target in targets:
            answer = blog.get(quote(unescape(target), safe="/%"))
            assert answer.status == 301, target
            assert blog.get(answer.headers["Location"]).status == 200
        assert not re.search("rejected: .*(" + "|".join(map(re.escape, TITLES)) + ")", blog.output)
