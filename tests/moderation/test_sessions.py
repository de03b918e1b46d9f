"""When a session ends, and where its cookie goes."""

from dataclasses import replace

import pytest
from flask import Flask

from blog.config import Settings
from blog.moderation import accounts
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD, Visitor


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, session_idle_minutes=30, session_hours=2, proxies=1)


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.ask("/moderation/").status_code == 200


def age(visitor: Visitor, *, started: float = 0, seen: float = 0) -> None:
    """Let so many minutes pass since the session began, and since it was last used."""
    with visitor.session() as session:
        session["started_at"] -= round(started * 60)
        session["seen_at"] -= round(seen * 60)


def test_an_idle_session_ends(visitor: Visitor) -> None:
    age(visitor, started=29, seen=29)
    assert is_signed_in(visitor)
    age(visitor, seen=30)
    assert not is_signed_in(visitor)


def test_every_page_keeps_a_session_awake(visitor: Visitor) -> None:
    for _ in range(3):
        age(visitor, started=20, seen=20)
        assert is_signed_in(visitor)


def test_an_old_session_ends_however_busy_it_is(visitor: Visitor) -> None:
    age(visitor, started=119)
    assert is_signed_in(visitor)
    age(visitor, started=1)
    assert not is_signed_in(visitor)


@pytest.mark.parametrize("key", ["started_at", "seen_at", "_user_id"])
def test_a_session_that_lacks_something_opens_nothing(visitor: Visitor, key: str) -> None:
    with visitor.session() as session:
        del session[key]
    assert not is_signed_in(visitor)


@pytest.mark.parametrize("identity", ["", "1", "1:", ":1", "1:01", "one:1", "-1:1", "999999:1"])
def test_a_session_names_an_account_and_its_present_number(visitor: Visitor, identity: str) -> None:
    with visitor.session() as session:
        session["_user_id"] = identity
    assert not is_signed_in(visitor)


def test_a_disabled_moderator_is_out_at_once(visitor: Visitor) -> None:
    accounts.disable("Cleo")
    assert not is_signed_in(visitor)


def test_a_new_password_ends_the_sessions_of_the_old(visitor: Visitor) -> None:
    accounts.reset_password("Cleo", "another horse battery")
    assert not is_signed_in(visitor)


def test_signing_in_begins_a_session_that_shares_nothing_with_the_one_before(app: Flask, cleo: Moderator) -> None:
    stranger = Visitor(app)
    stranger.visit("/moderation/login")
    with stranger.session() as session:
        session["planted"] = "by somebody else"
        token = session["csrf_token"]
    stranger.press("Sign in", name="Cleo", password=PASSWORD)
    assert is_signed_in(stranger)
    with stranger.session() as session:
        assert "planted" not in session
        assert session["csrf_token"] != token


def cookie(stranger: Visitor, scheme: str) -> list[str]:
    answer = stranger.ask("/moderation/login", headers={"X-Forwarded-Proto": scheme})
    return answer.headers["Set-Cookie"].split("; ")


def test_the_cookie_is_for_moderators_pages_only_and_no_script_reads_it(stranger: Visitor) -> None:
    attributes = cookie(stranger, "http")
    assert {"HttpOnly", "SameSite=Lax", "Path=/moderation"} <= set(attributes)
    assert "Secure" not in attributes


def test_a_cookie_set_over_https_never_travels_without_it(stranger: Visitor) -> None:
    assert "Secure" in cookie(stranger, "https")
