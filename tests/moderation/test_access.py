"""What each role may request; every URL rule is tried."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from blog.content.models import Article
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.access import OPEN
from blog.moderation.models import AccountEvent, Decision
from blog.moderation.roles import ADMINISTRATORS, OWN_ACCOUNT, Role
from tests.support.clients import Visitor, signed_in
from tests.support.factories import make_comment

DENIED = "Your role does not allow this"


def denied(app: Flask, visitor: Visitor, row_id: int) -> set[tuple[str, str]]:
    """The endpoints that refuse this visitor, with a GET or a POST with a valid token."""
    visitor.visit("/moderation/")
    token = visitor.csrf_token
    found = set()
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("moderation.")]
    for rule in sorted(rules, key=lambda rule: rule.endpoint == "moderation.logout"):
        path = re.sub("<.+>", str(row_id), rule.rule)
        for method in {"GET", "POST"} & set(rule.methods or ()):
            answer = visitor.ask(path, method, data={"csrf_token": token} if method == "POST" else None)
            if answer.status_code == 403:
                assert DENIED in answer.text
                found.add((method, rule.endpoint))
    return found


def posts(app: Flask) -> set[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return {rule.endpoint for rule in rules if rule.endpoint.startswith("moderation.")}


def test_the_named_endpoints_exist(app: Flask) -> None:
    assert app.view_functions.keys() >= OPEN | ADMINISTRATORS | OWN_ACCOUNT


def test_a_viewer_reads_and_changes_nothing_but_their_own_account(app: Flask, article: Article) -> None:
    comment = make_comment(article)
    viewer = signed_in(app, "Ada", Role.VIEWER)
    events = db.session.scalar(select(func.count()).select_from(AccountEvent))
    refused = denied(app, viewer, comment.id)
    assert {endpoint for method, endpoint in refused if method == "POST"} == posts(app) - OPEN - OWN_ACCOUNT
    assert {endpoint for method, endpoint in refused if method == "GET"} <= ADMINISTRATORS
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 0
    assert db.session.scalar(select(func.count()).select_from(AccountEvent)) == events


def test_a_moderator_is_refused_what_administrators_do_and_nothing_else(app: Flask, article: Article) -> None:
    refused = denied(app, signed_in(app, "Ada", Role.MODERATOR), make_comment(article).id)
    assert {endpoint for _, endpoint in refused} == ADMINISTRATORS


def test_an_administrator_is_refused_nothing(app: Flask, article: Article) -> None:
    assert denied(app, signed_in(app, "Ada", Role.ADMINISTRATOR), make_comment(article).id) == set()


def test_a_viewer_sees_no_button_that_decides(app: Flask, article: Article) -> None:
    comment = make_comment(article)
    viewer = signed_in(app, "Ada", Role.VIEWER)
    for page in ("/moderation/", f"/moderation/comments/{comment.id}", "/moderation/log"):
        viewer.visit(page)
        assert {button for form in viewer.forms() if form.method != "get" for button in form.buttons} <= {
            "Sign out everywhere",
            "Close",
        }


@pytest.mark.parametrize(("role", "links"), [(Role.MODERATOR, 0), (Role.ADMINISTRATOR, 1)])
def test_only_administrators_are_led_to_the_accounts(app: Flask, role: Role, links: int) -> None:
    assert signed_in(app, "Ada", role).visit("/moderation/").text.count('href="/moderation/accounts"') == links


def test_a_lost_role_is_lost_at_the_next_request(app: Flask) -> None:
    visitor = signed_in(app, "Ada", Role.ADMINISTRATOR)
    accounts.change_role(accounts.named("Ada"), Role.VIEWER, by=None)
    assert visitor.ask("/moderation/accounts").status_code == 403
