"""Whatever a comment contains, only a few harmless elements of it are shown."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from blog.comments.forms import complete_web_address
from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.config import Settings
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.markup.comment_limits import TooComplex
from blog.markup.comment_links import is_publishable, is_web_address
from blog.markup.comment_sanitizer import ALLOWED
from blog.moderation import accounts
from blog.moderation.differences import compare
from blog.moderation.replies import reply
from tests.attack.payloads import LINKED, PAYLOADS, RAW_ELEMENTS
from tests.support.clients import PASSWORD, signed_in
from tests.support.factories import make_article, make_comment, make_comments, set_all_statuses
from tests.support.outline import Outline

pytestmark = pytest.mark.only_on("sqlite", reason="HTML is made before any database sees it")

AROUND = {"article", "p", "bdi", "time", "div", "a", "header", "nav", "ol", "li", "span"}
"""The elements that the page itself puts around a comment."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings,
        comment_rate="100000 per minute",
        comment_attempt_rate="100000 per minute",
        comment_preview_rate="100000 per minute",
    )


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
    assert set(RAW_ELEMENTS) <= set(accepted), "anything but a link is shown as text"
    assert len(set(LINKED) - set(accepted)) >= 40, "a hostile link is refused or shown as text"
    html = shown_comments(client)
    stored = db.session.scalars(select(Comment.id)).all()
    assert html.count('class="comment u-comment h-cite"') == len(stored)
    assert len(stored) >= 200, "some differ only in characters that normalising removes"
    assert_harmless(html)


def test_hostile_replies_of_readers_and_moderators_are_shown_as_text(app: Flask) -> None:
    parent = make_comment(make_article("On Tea"), status=Status.APPROVED)
    client, cleo = app.test_client(), accounts.add("Cleo", PASSWORD)
    for payload in PAYLOADS[::3]:
        assert send(client, body=payload, parent=str(parent.id)) in {303, 422}
        with suppress(TooComplex):
            reply(parent.id, payload, moderator=cleo)
    set_all_statuses(Status.APPROVED)
    stored = db.session.scalars(select(Comment.body_html)).all()
    assert len(stored) > 100
    assert_harmless(">" + "".join(stored))


def test_hostile_edits_of_moderators_are_shown_as_text(app: Flask) -> None:
    article, visitor = make_article("On Tea"), signed_in(app, "Cleo")
    payloads = PAYLOADS[::3]
    each = [{"body": f"Number {number}"} for number in range(len(payloads))]
    comments = make_comments(article, each, status=Status.APPROVED)
    visitor.visit(f"/moderation/comments/{comments[0].id}/edit")
    form = visitor.form("Save the text", comments[0])
    for payload, comment in zip(payloads, comments, strict=True):
        path = form.action.replace(f"/{comments[0].id}/", f"/{comment.id}/")
        answer = visitor.ask(path, "POST", data=form.fields | {"body": payload})
        assert answer.status_code in {303, 422}, payload
    assert_harmless(shown_comments(app.test_client()))


def test_hostile_names_and_websites_are_shown_as_text(app: Flask) -> None:
    make_article("On Tea")
    client = app.test_client()
    for number, payload in enumerate(PAYLOADS[::3]):
        assert send(client, name=payload[:80], body=f"Name {number}") in {303, 422}
    for number, payload in enumerate(PAYLOADS):
        status = 303 if is_web_address(complete_web_address(payload)) else 422
        assert send(client, website=payload, body=f"Website {number}") == status, payload
    html = shown_comments(client)
    assert html.count('class="comment u-comment h-cite"') > 100
    assert_harmless(html)


def edits(
    client: FlaskClient, article: Article, path: str, payloads: Sequence[str] = PAYLOADS[::3]
) -> Iterator[tuple[str, TestResponse]]:
    """Send each payload as the new text of a comment of its own; return the payload and the response."""
    each = [{"body": f"Number {number}"} for number in range(len(payloads))]
    comments = make_comments(article, each, status=Status.APPROVED)
    for payload, comment in zip(payloads, comments, strict=True):
        data = {"body": payload, "revision": "1"}
        yield payload, client.post(f"/comments/{token_of(comment)}/{path}", data=data)


def test_hostile_edits_are_shown_as_text(app: Flask) -> None:
    article, client = make_article("On Tea"), app.test_client()
    answers = {payload: answer.status_code for payload, answer in edits(client, article, "edit")}
    assert set(answers.values()) == {303, 422}
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(approved_revision=None))
    assert_harmless(shown_comments(client))


def previewed(page: str) -> str:
    """The preview in a page; empty without one."""
    return page.partition('id="preview-title"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("field", "payloads"), [("body", PAYLOADS), ("name", PAYLOADS[::3]), ("website", PAYLOADS[::3])]
)
def test_hostile_previews_are_shown_as_text(app: Flask, field: str, payloads: list[str]) -> None:
    make_article("On Tea")
    client, shown = app.test_client(), 0
    for number, payload in enumerate(payloads):
        data = {"name": "Mallory", "email": "mallory@evil.example", "body": "Hello."} | {field: payload}
        headers = {"Accept": "application/json"} if number % 10 else {}
        answer = client.post("/articles/on-tea/comments/preview", data=data, headers=headers)
        assert answer.status_code in {200, 422}
        html = answer.get_json()["html"] if headers else previewed(answer.text)
        assert_harmless(html)
        shown += bool(html)
    assert shown > len(payloads) / 3


def test_a_hostile_preview_of_an_edit_is_shown_as_text(app: Flask) -> None:
    article, client = make_article("On Tea"), app.test_client()
    pages = [previewed(answer.text) for _, answer in edits(client, article, "edit?preview=1", PAYLOADS[::10])]
    assert sum(map(bool, pages)) > 15
    for html in pages:
        assert_harmless(html)


def test_a_hostile_difference_is_shown_as_text() -> None:
    for before, after in pairwise(PAYLOADS):
        tags = {tag for tag, _ in Outline(str(compare(before, after))).elements}
        assert tags <= {"del", "ins"}
