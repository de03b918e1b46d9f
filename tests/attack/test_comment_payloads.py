"""Whatever a comment holds, what is shown of it is a few harmless elements."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.config import Settings
from blog.extensions import db
from blog.markup.comment import ALLOWED
from blog.markup.links import complete_web_address, is_publishable, is_web_address
from tests.attack.payloads import LINKED, PAYLOADS, RAW_ELEMENTS
from tests.support.factories import make_article, set_all_statuses
from tests.support.outline import Outline

pytestmark = pytest.mark.only_on("sqlite", reason="HTML is made before any database sees it")

AROUND = {"article", "p", "bdi", "time", "div", "a", "header", "nav", "ol", "li", "span"}
"""What the page itself puts around a comment."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comment_rate="100000 per minute", comment_attempt_rate="100000 per minute")


def send(client: FlaskClient, **fields: str) -> int:
    whole = {"name": "Mallory", "email": "mallory@evil.example", "body": "Hello."} | fields
    return client.post("/articles/on-tea/comments", data=whole).status_code


def shown_comments(client: FlaskClient) -> str:
    set_all_statuses(Status.APPROVED)
    pages, path = "", "/articles/on-tea"
    while path:
        page = client.get(path).text
        pages += page.split('id="comments-title"', 1)[1].split('<nav class="own-comments"', 1)[0]
        following = re.search(r'rel="next" href="([^"#]+)#', page)
        path = following[1] if following else ""
    return pages


def assert_harmless(html: str) -> None:
    for tag, attributes in Outline(f"<p {html}").elements:
        assert tag in set(ALLOWED) | AROUND | {"h2"}
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "src", "srcset"}]
        address = attributes.get("href") or "#"
        assert address.startswith(("#", "/articles/on-tea")) or is_publishable(address), address


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) > 300


def test_hostile_texts_are_shown_as_text(app: Flask) -> None:
    make_article("On Tea")
    client = app.test_client()
    answers = {payload: send(client, body=payload) for payload in PAYLOADS}
    accepted = [payload for payload, status in answers.items() if status == 303]
    assert set(answers.values()) == {303, 422}
    assert set(RAW_ELEMENTS) <= set(accepted), "what is no link is shown as text"
    html = shown_comments(client)
    stored = db.session.scalars(select(Comment.id)).all()
    assert html.count('class="comment u-comment h-cite"') == len(stored)
    assert len(stored) >= 200, "some differ only in what normalising takes away"
    assert_harmless(html)


def test_a_hostile_link_is_refused_or_is_no_link(app: Flask) -> None:
    make_article("On Tea")
    client = app.test_client()
    assert sum(send(client, body=payload) == 422 for payload in LINKED) >= 40


def test_hostile_names_and_websites_are_no_better(app: Flask) -> None:
    make_article("On Tea")
    client = app.test_client()
    for number, payload in enumerate(PAYLOADS):
        assert send(client, name=payload[:80], body=f"Name {number}") in {303, 422}
        status = 303 if is_web_address(complete_web_address(payload)) else 422
        assert send(client, website=payload, body=f"Website {number}") == status, payload
    html = shown_comments(client)
    assert html.count('class="comment u-comment h-cite"') > 200
    assert_harmless(html)
