"""One's own account: password and sessions."""

import pytest
from flask import Flask

from blog.extensions import db
from blog.moderation import login_attempts, sessions
from blog.moderation.authentication import authenticate
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD, Visitor
from tests.support.rows import account_actions

NEW = "another horse battery"


def change(visitor: Visitor, current: str, new: str) -> int:
    visitor.visit("/moderation/account")
    return visitor.press("Change the password", current=current, new=new).status_code


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    app: Flask, visitor: Visitor, cleo: Moderator
) -> None:
    phone = Visitor(app, "198.51.100.7")
    phone.sign_in("Cleo")
    assert change(visitor, PASSWORD, NEW) == 303
    assert "Your password is changed." in visitor.text
    assert phone.ask("/moderation/").status_code == 302
    db.session.expire_all()
    assert authenticate("Cleo", NEW) is not None
    assert authenticate("Cleo", PASSWORD) is None
    assert account_actions()[0] == "password_changed"


def test_the_page_says_how_to_sign_out_in_one_browser_and_in_all(visitor: Visitor) -> None:
    visitor.visit("/moderation/account")
    assert "To sign out in one browser alone, end its session here" in visitor.text
    assert "Sign out everywhere</button>" in visitor.text


@pytest.mark.parametrize(
    ("current", "new", "text"),
    [
        ("wrong horse battery", NEW, "This is not your current password."),
        (PASSWORD, "short", "A password has at least 12 characters."),
        (PASSWORD, "passwordpassword", "This password is easy to guess."),
        (PASSWORD, "cleo cleo cleo", "This password is easy to guess."),
        ("", NEW, "Please give your current password."),
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(visitor: Visitor, current: str, new: str, text: str) -> None:
    assert change(visitor, current, new) == 422
    assert text in visitor.text
    assert authenticate("Cleo", PASSWORD) is not None


def test_guesses_of_the_present_password_are_limited(visitor: Visitor) -> None:
    answers = [change(visitor, "wrong horse battery", NEW) for _ in range(login_attempts.PER_ACCOUNT + 1)]
    assert answers == [422] * login_attempts.PER_ACCOUNT + [429]


def test_sessions_are_listed_and_ended_one_by_one(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    phone = Visitor(app, "198.51.100.7")
    phone.sign_in("Cleo")
    visitor.visit("/moderation/account")
    assert "198.51.100.0/24" in visitor.text
    row = next(row for row in sessions.listing(cleo) if row.network == "198.51.100.0/24")
    token = visitor.form("End").fields["csrf_token"]
    fields = {"csrf_token": token, "session": str(row.id)}
    assert visitor.ask("/moderation/account/ended-sessions", "POST", data=fields).status_code == 303
    assert phone.ask("/moderation/").status_code == 302
    assert visitor.visit("/moderation/account").status_code == 200
    assert "198.51.100.0/24" not in visitor.text
    assert account_actions()[0] == "session_ended"


def test_nobody_ends_the_session_of_somebody_else(app: Flask, visitor: Visitor, dan: Moderator) -> None:
    other = Visitor(app)
    other.sign_in("Dan")
    (row,) = sessions.listing(dan)
    visitor.visit("/moderation/account")
    token = visitor.form("End").fields["csrf_token"]
    visitor.ask("/moderation/account/ended-sessions", "POST", data={"csrf_token": token, "session": str(row.id)})
    assert other.ask("/moderation/").status_code == 200
