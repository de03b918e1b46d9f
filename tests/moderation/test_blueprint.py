"""Everything under /moderation is closed, private, and changed by forms with a token alone."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from blog.content.models import Article
from blog.extensions import db
from blog.moderation.models import Decision, Moderator
from tests.support.clients import Visitor
from tests.support.factories import make_comment

OPEN = {"/moderation/login"}


@pytest.fixture
def addresses(app: Flask, article: Article) -> list[tuple[str, str]]:
    """Every method and address that the blueprint answers, about a comment that exists."""
    comment = make_comment(article)
    return [
        (method, rule.rule.replace(f"<{argument}>", str(comment.id)) if argument else rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/moderation")
        for argument in [rule.rule.partition("<")[2].partition(">")[0]]
        for method in rule.methods or ()
    ]


def decisions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Decision)) or 0


def test_a_stranger_gets_nowhere(stranger: Visitor, addresses: list[tuple[str, str]]) -> None:
    stranger.visit("/moderation/login")
    token = stranger.form("Sign in").fields["csrf_token"]
    closed = [(method, address) for method, address in addresses if address not in OPEN]
    assert {method for method, _ in closed} == {"GET", "HEAD", "OPTIONS", "POST"}
    for method, address in closed:
        for fields in ({}, {"csrf_token": token, "to": "approved", "revision": "1", "version": "1"}):
            answer = stranger.ask(address, method, data=fields if method == "POST" else None)
            if method in {"GET", "HEAD"}:
                assert answer.status_code == 302, (method, address)
                assert answer.headers["Location"].startswith("/moderation/login?next=")
            else:
                assert answer.status_code == 401, (method, address)
    assert decisions() == 0


def test_a_stranger_who_wants_no_page_gets_no_page(stranger: Visitor, addresses: list[tuple[str, str]]) -> None:
    for method, address in addresses:
        if address not in OPEN:
            answer = stranger.ask(address, method, headers={"Accept": "application/json"})
            assert answer.status_code == 401, (method, address)


def test_every_answer_is_private(stranger: Visitor, visitor: Visitor, addresses: list[tuple[str, str]]) -> None:
    for who in (stranger, visitor):
        for method, address in addresses:
            answer = who.ask(address, method)
            assert answer.headers["Cache-Control"] == "no-store", (method, address)
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_form_without_a_token_changes_nothing(visitor: Visitor, addresses: list[tuple[str, str]]) -> None:
    posts = [address for method, address in addresses if method == "POST"]
    assert len(posts) == 3
    for address in posts:
        fields = {"to": "approved", "revision": "1", "version": "1", "name": "Cleo", "reason": "Kind words."}
        answer = visitor.ask(address, "POST", data=fields)
        assert answer.status_code == 400
        assert "nothing was changed" in answer.text
    assert decisions() == 0
    assert visitor.visit("/moderation/").status_code == 200


def test_every_form_that_changes_something_carries_a_token(
    visitor: Visitor, stranger: Visitor, addresses: list[tuple[str, str]]
) -> None:
    visitor.visit("/moderation/")
    visitor.press("Approve")
    stranger.visit("/moderation/login")
    forms = stranger.forms()
    pages = [address for method, address in addresses if method == "GET" and address not in OPEN]
    for page in [*pages, "/moderation/?status=approved", "/moderation/?decided=1"]:
        visitor.visit(page)
        forms += visitor.forms()
    posting = [form for form in forms if form.method != "dialog"]
    assert len(posting) > len(pages)
    for form in posting:
        assert form.method == "post"
        assert form.fields["csrf_token"], form.action


def test_getting_a_page_changes_nothing(visitor: Visitor, cleo: Moderator, addresses: list[tuple[str, str]]) -> None:
    gets = [address for method, address in addresses if method == "GET"]
    for address in [*gets, "/moderation/comments/1/decisions", "/moderation/logout"]:
        visitor.ask(f"{address}?to=approved&revision=1&version=1&undoes=1")
    assert decisions() == 0
    assert visitor.ask("/moderation/").status_code == 200
