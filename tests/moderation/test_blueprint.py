"""Everything under /moderation needs a sign-in, is private, and is changed only by forms with a token."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask

from blog.content.models import Article
from blog.moderation import accounts, invitations
from blog.moderation.access import OPEN
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from tests.support.bulk import log_rows
from tests.support.clients import PASSWORD, Visitor
from tests.support.factories import make_comment


@dataclass(frozen=True)
class Address:
    """A method and an address of the blueprint, and whether it is open without a sign-in."""

    method: str
    path: str
    is_open: bool


@pytest.fixture
def addresses(app: Flask, article: Article) -> list[Address]:
    """Every method and address of the blueprint, with ids of existing rows."""
    administrator = accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)
    row_id = str(make_comment(article).id)
    token = invitations.invite(Role.VIEWER, administrator)
    return [
        Address(method, re.sub("<.+>", token if "<token>" in rule.rule else row_id, rule.rule), rule.endpoint in OPEN)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/moderation")
        for method in rule.methods or ()
    ]


@pytest.mark.only_on("sqlite", reason="without a session no database is asked")
def test_without_signing_in_no_page_opens(stranger: Visitor, addresses: list[Address]) -> None:
    stranger.visit("/moderation/login")
    token = stranger.form("Sign in").fields["csrf_token"]
    closed = [(address.method, address.path) for address in addresses if not address.is_open]
    assert {method for method, _ in closed} == {"GET", "HEAD", "OPTIONS", "POST"}
    for method, address in closed:
        for fields in ({}, {"csrf_token": token, "to": "approved", "revision": "1", "version": "1"}):
            answer = stranger.ask(address, method, data=fields if method == "POST" else None)
            if method in {"GET", "HEAD"}:
                assert answer.status_code == 302, (method, address)
                assert answer.headers["Location"].startswith("/moderation/login?next=")
            else:
                assert answer.status_code == 401, (method, address)
    assert log_rows() == 0


@pytest.mark.only_on("sqlite", reason="without a session no database is asked")
def test_without_signing_in_a_script_gets_no_page(stranger: Visitor, addresses: list[Address]) -> None:
    for address in addresses:
        if not address.is_open:
            answer = stranger.ask(address.path, address.method, headers={"Accept": "application/json"})
            assert answer.status_code == 401, address


@pytest.mark.only_on("sqlite", reason="the headers have nothing to do with the database")
def test_every_answer_is_private(stranger: Visitor, visitor: Visitor, addresses: list[Address]) -> None:
    for who in (stranger, visitor):
        for address in addresses:
            answer = who.ask(address.path, address.method)
            assert answer.headers["Cache-Control"] == "no-store", address
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_form_without_a_token_changes_nothing(visitor: Visitor, addresses: list[Address]) -> None:
    visitor.start_session(accounts.named("Ada"))
    posts = [address.path for address in addresses if address.method == "POST"]
    assert len(posts) >= 10
    for address in posts:
        fields = {"to": "approved", "revision": "1", "version": "1", "name": "Cleo", "reason": "Kind words."}
        answer = visitor.ask(address, "POST", data=fields)
        assert answer.status_code == 400
        assert "nothing was changed" in answer.text
    assert log_rows() == 0
    assert visitor.visit("/moderation/").status_code == 200


def test_every_form_that_changes_something_carries_a_token(
    visitor: Visitor, stranger: Visitor, addresses: list[Address]
) -> None:
    visitor.visit("/moderation/")
    visitor.press("Approve")
    stranger.visit("/moderation/login")
    forms = stranger.forms()
    pages = [address.path for address in addresses if address.method == "GET" and not address.is_open]
    for page in [*pages, "/moderation/?status=approved", "/moderation/?decided=1"]:
        visitor.visit(page)
        forms += visitor.forms()
    posting = [form for form in forms if form.method not in {"dialog", "get"}]
    assert len(posting) > len(pages)
    for form in posting:
        assert form.method == "post"
        assert form.fields["csrf_token"], form.action


def test_getting_a_page_changes_nothing(visitor: Visitor, cleo: Moderator, addresses: list[Address]) -> None:
    gets = [address.path for address in addresses if address.method == "GET"]
    for address in [*gets, "/moderation/comments/1/decisions", "/moderation/logout"]:
        visitor.ask(f"{address}?to=approved&revision=1&version=1&undoes=1")
    assert log_rows() == 0
    assert visitor.ask("/moderation/").status_code == 200
