"""Signing in and out."""

import pytest
from flask import Flask

from blog.content.models import Article
from blog.moderation import accounts, login_attempts
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD, Visitor
from tests.support.factories import make_comment


def test_a_moderator_signs_in_to_the_queue(stranger: Visitor, cleo: Moderator) -> None:
    stranger.sign_in("Cleo")
    assert stranger.page.status_code == 200
    assert "Signed in as Cleo" in stranger.text
    assert "The queue is empty." in stranger.text


@pytest.mark.parametrize(
    ("name", "password"), [("Cleo", "wrong horse battery"), ("Nobody", PASSWORD), ("Dan", PASSWORD)]
)
def test_a_wrong_password_an_unknown_name_and_a_disabled_account_look_the_same(
    stranger: Visitor, cleo: Moderator, dan: Moderator, name: str, password: str
) -> None:
    accounts.disable("Dan")
    answer = stranger.sign_in(name, password)
    assert answer.status_code == 401
    assert "This name and this password do not belong together." in answer.text
    assert password not in answer.text
    form = stranger.form("Sign in").fields
    assert (form["name"], form["password"]) == (name, "")


def test_an_empty_form_says_what_is_missing(stranger: Visitor) -> None:
    answer = stranger.sign_in("", "")
    assert answer.status_code == 422
    assert "Please give your name." in answer.text
    assert "Please give your password." in answer.text


def test_the_sign_in_page_redirects_a_signed_in_moderator(visitor: Visitor) -> None:
    answer = visitor.ask("/moderation/login?next=/moderation/log")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/moderation/log")


def test_signing_in_redirects_to_the_requested_page(stranger: Visitor, cleo: Moderator) -> None:
    stranger.visit("/moderation/?status=spam")
    answer = stranger.press("Sign in", name="Cleo", password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/moderation/?status=spam")


def test_a_decision_of_an_ended_session_is_not_lost(stranger: Visitor, visitor: Visitor, article: Article) -> None:
    comment = make_comment(article)
    visitor.visit("/moderation/")
    accounts.reset_password("Cleo", PASSWORD)
    answer = visitor.press("Reject", comment, reason="It says nothing of tea.")
    assert answer.status_code == 401
    assert "Nothing was changed, because you are not signed in." in answer.text
    visitor.press("Sign in", name="Cleo", password=PASSWORD)
    assert visitor.page.request.path == f"/moderation/comments/{comment.id}"
    assert visitor.form("Reject", comment).fields["reason"] == "It says nothing of tea."


def test_a_page_from_before_the_session_keeps_what_was_typed(visitor: Visitor, article: Article) -> None:
    comment = make_comment(article)
    visitor.visit("/moderation/")
    earlier = visitor.form("Reject", comment)
    visitor.visit("/moderation/")
    visitor.press("Sign out everywhere")
    visitor.sign_in("Cleo")
    answer = visitor.ask(earlier.action, "POST", data=earlier.fields | {"to": "rejected", "reason": "No tea."})
    assert answer.status_code == 400
    assert "That page was from before you signed in" in answer.text
    assert 'value="No tea."' in answer.text


def test_signing_out_ends_the_sessions_of_every_device(app: Flask, visitor: Visitor) -> None:
    phone = Visitor(app)
    phone.sign_in("Cleo")
    assert "Signed in as Cleo" in phone.text
    visitor.visit("/moderation/")
    visitor.press("Sign out everywhere")
    assert "You are signed out, on every device." in visitor.text
    phone.visit("/moderation/")
    assert "Your session has ended. Please sign in again." in phone.text


def test_signing_out_does_not_sign_out_others(app: Flask, visitor: Visitor, dan: Moderator) -> None:
    other = Visitor(app)
    other.sign_in("Dan")
    visitor.visit("/moderation/")
    visitor.press("Sign out everywhere")
    assert other.visit("/moderation/").status_code == 200
    assert "Signed in as Dan" in other.text


def fail(visitor: Visitor, times: int, name: str = "Cleo") -> None:
    visitor.visit("/moderation/login")
    for _ in range(times):
        assert visitor.press("Sign in", name=name, password="wrong horse battery").status_code == 401


def test_after_ten_failures_an_account_takes_no_attempt_for_a_while(app: Flask, cleo: Moderator) -> None:
    for address in ("198.51.100.7", "203.0.113.7"):
        fail(Visitor(app, address), 5, "CLEO" if address.startswith("203") else "cleo")
    late = Visitor(app, "192.0.2.7")
    answer = late.sign_in("Cleo", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert "too many attempts" in answer.text
    form = late.form("Sign in").fields
    assert (form["name"], form["password"]) == ("Cleo", "")


def test_after_twenty_failures_a_network_takes_no_attempt_for_a_while(
    app: Flask, cleo: Moderator, dan: Moderator
) -> None:
    for number in range(10):
        fail(Visitor(app, f"203.0.113.{number}"), 2, f"Nobody {number}")
    assert Visitor(app, "203.0.113.200").sign_in("Dan").status_code == 429
    assert Visitor(app, "198.51.100.1").sign_in("Dan").status_code == 303


def test_only_failures_count(app: Flask, stranger: Visitor, cleo: Moderator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_attempts, "PER_ACCOUNT", 2)
    monkeypatch.setattr(login_attempts, "PER_NETWORK", 2)
    for _ in range(3):
        assert Visitor(app).sign_in("Cleo").status_code == 303
    for _ in range(3):
        assert stranger.sign_in("Cleo", "").status_code == 422
    assert stranger.sign_in("Cleo").status_code == 303


def test_a_failed_sign_in_leaves_one_line_without_what_was_typed(
    stranger: Visitor, cleo: Moderator, caplog: pytest.LogCaptureFixture
) -> None:
    fail(stranger, login_attempts.PER_ACCOUNT)
    stranger.sign_in("Cleo", "wrong horse battery")
    wanted = [401] * login_attempts.PER_ACCOUNT + [429]
    assert caplog.messages == [f"Refused with {status}: moderation.sign_in, from 203.0.113.0/24" for status in wanted]
