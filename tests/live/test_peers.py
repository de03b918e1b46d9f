"""The real CMSs start, publish and answer, which the blog's live tests need."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.live.deliveries import next_delivery, receiver
from tests.live.ghost import Ghost
from tests.live.pictures import png
from tests.live.wordpress import WordPress
from tests.support.waiting import wait_until

pytestmark = pytest.mark.live

CALLER = """<?php
add_action('transition_post_status', function ($new, $old, $post) {
    $body = "$old to $new: $post->post_title";
    $signature = hash_hmac('sha256', $body, 'a secret');
    wp_remote_post('%s/called', ['body' => $body, 'headers' => ['X-Signature' => $signature]]);
}, 10, 3);
"""


def published_in(ghost: Ghost) -> dict[str, dict[str, Any]]:
    answer = httpx.get(f"{ghost.url}/ghost/api/content/posts/?key={ghost.content_key}&include=authors,tags&limit=100")
    return {post["id"]: post for post in answer.json()["posts"]}


def published_on(wordpress: WordPress) -> dict[int, dict[str, Any]]:
    answer = httpx.get(f"{wordpress.url}/wp-json/wp/v2/posts?per_page=100")
    return {post["id"]: post for post in answer.json()}


def in_a_moment(seconds: int) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def test_ghost_shows_a_post_from_publishing_until_unpublishing(ghost: Ghost) -> None:
    post_id = ghost.create_post("Tea", "<p>Hot.</p>", tags=[{"name": "Leaves"}])["id"]
    assert post_id not in published_in(ghost)
    ghost.edit_post(post_id, status="published", published_at="2026-07-01T22:30:00.000Z")
    ghost.edit_post(post_id, "<p>Hotter.</p>")
    shown = published_in(ghost)[post_id]
    assert (shown["html"], shown["published_at"]) == ("<p>Hotter.</p>", "2026-07-02T00:30:00.000+02:00")
    assert [tag["name"] for tag in shown["tags"]] == ["Leaves"]
    ghost.unpublish_post(post_id)
    assert post_id not in published_in(ghost)
    ghost.delete_post(post_id)
    assert httpx.get(f"{ghost.url}/tea/").status_code == 404


def test_ghost_serves_an_uploaded_image(ghost: Ghost) -> None:
    address = ghost.upload_image("kettle.png", png())
    post_id = ghost.create_post("Pictured", status="published", feature_image=address, feature_image_alt="Kettle")["id"]
    assert published_in(ghost)[post_id]["feature_image"] == address
    assert httpx.get(address).headers["Content-Type"] == "image/png"


def test_ghost_names_two_authors(ghost: Ghost) -> None:
    ghost.add_author("Cy Cole", "cy@example.org")
    authors = [{"email": "cy@example.org"}, {"email": "ada@example.org"}]
    post_id = ghost.create_post("By two", status="published", authors=authors)["id"]
    assert [author["name"] for author in published_in(ghost)[post_id]["authors"]] == ["Cy Cole", "Ada Byron"]


def test_ghost_publishes_a_scheduled_post_by_itself(ghost: Ghost) -> None:
    post_id = ghost.create_post("Soon", status="scheduled", published_at=f"{in_a_moment(3)}.000Z")["id"]
    assert post_id not in published_in(ghost)
    wait_until(lambda: post_id in published_in(ghost))


def test_ghost_delivers_signed_webhooks_to_this_machine(ghost: Ghost) -> None:
    with receiver() as server:
        hooks = [ghost.add_webhook(event, server.url, "a secret") for event in ("post.published", "post.deleted")]
        post_id = ghost.create_post("Called about", status="published")["id"]
        published = next_delivery(server)
        ghost.delete_post(post_id)
        deleted = next_delivery(server)
        for hook in hooks:
            ghost.delete_webhook(hook)
    assert json.loads(published.body)["post"]["current"]["id"] == post_id
    assert json.loads(deleted.body)["post"]["previous"]["id"] == post_id
    signature, _, sent = published.headers["x-ghost-signature"].partition(", t=")
    expected = hmac.new(b"a secret", published.body + sent.encode(), hashlib.sha256).hexdigest()
    assert signature == f"sha256={expected}"


def test_wordpress_shows_a_post_from_publishing_until_the_trash(wordpress: WordPress) -> None:
    post_id = wordpress.create_post("Tea", "<p>Hot.</p>", tags=[wordpress.add_tag("Leaves")])["id"]
    assert post_id not in published_on(wordpress)
    wordpress.edit_post(post_id, status="publish", date_gmt="2026-07-01T22:30:00")
    shown = published_on(wordpress)[post_id]
    assert (shown["date_gmt"], shown["date"]) == ("2026-07-01T22:30:00", "2026-07-02T00:30:00")
    assert httpx.get(shown["link"]).status_code == 200
    wordpress.trash_post(post_id)
    assert post_id not in published_on(wordpress)
    wordpress.delete_post(post_id)


def test_wordpress_serves_uploaded_media(wordpress: WordPress) -> None:
    media = wordpress.upload_media("kettle.png", png(), "A kettle")
    post_id = wordpress.create_post("Pictured", status="publish", featured_media=media["id"])["id"]
    assert (published_on(wordpress)[post_id]["featured_media"], media["alt_text"]) == (media["id"], "A kettle")
    assert httpx.get(media["source_url"]).headers["Content-Type"] == "image/png"


def test_wordpress_hides_a_post_with_a_password(wordpress: WordPress) -> None:
    post_id = wordpress.create_post("Hidden", "<p>Sesame.</p>", status="publish", password="sesame")["id"]
    assert published_on(wordpress)[post_id]["content"] == {"rendered": "", "protected": True}


def test_wordpress_publishes_a_scheduled_post_at_its_time(wordpress: WordPress) -> None:
    post_id = wordpress.create_post("Soon", status="future", date_gmt=in_a_moment(3600))["id"]
    assert post_id not in published_on(wordpress)
    wordpress.release_post(post_id)
    shown = published_on(wordpress)[post_id]
    assert shown["date_gmt"] == shown["modified_gmt"] <= in_a_moment(0)


def test_a_plugin_of_wordpress_calls_this_machine(wordpress: WordPress) -> None:
    with receiver() as server:
        wordpress.install_plugin("caller", CALLER % server.url)
        wordpress.create_post("Called about", status="publish")
        called = next_delivery(server)
        wordpress.remove_plugin("caller")
    assert called.body == b"new to publish: Called about"
    assert called.headers["x-signature"] == hmac.new(b"a secret", called.body, hashlib.sha256).hexdigest()
