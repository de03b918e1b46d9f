"""When a session ends, and which requests carry its cookie."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from blog.config import Settings
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts, sessions
from blog.moderation.models import Moderator, ModeratorSession
from blog.moderation.sessions import TOKEN
from tests.support.clients import PASSWORD, Visitor
from tests.support.factories import make_article
from tests.support.queries import statements


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, session_idle_minutes=30, session_hours=2, proxies=1)


def is_signed_in(visitor: Visitor) -> bool:
    return visitor.ask("/moderation/").status_code == 200


def age(*, started: float = 0, seen: float = 0) -> None:
    """Move the start and the last use of every session back by so many minutes."""
    with write_transaction(db.session()) as session:
        for row in session.scalars(select(ModeratorSession).execution_options(populate_existing=True)):
            row.started_at -= timedelta(minutes=started)
            row.seen_at -= timedelta(minutes=seen)


def test_an_idle_session_ends(visitor: Visitor) -> None:
    age(started=29, seen=29)
    assert is_signed_in(visitor)
    age(seen=30)
    assert not is_signed_in(visitor)


def test_forms_work_when_two_pages_are_the_first_of_a_session(visitor: Visitor) -> None:
    """A tab that was open before asks at the same time as the page after signing in; its answer comes last."""
    with visitor.session() as cookie:
        first = dict(cookie)
    visitor.visit("/moderation/")
    form = visitor.form("Sign out everywhere")
    with visitor.session() as cookie:
        cookie.clear()
        cookie.update(first)
    visitor.ask("/moderation/log")
    assert visitor.ask(form.action, "POST", data=form.fields).status_code == 303


def test_every_page_keeps_a_session_awake(visitor: Visitor) -> None:
    for _ in range(3):
        age(started=20, seen=20)
        assert is_signed_in(visitor)


def test_an_old_session_ends_however_busy_it_is(visitor: Visitor) -> None:
    age(started=119)
    assert is_signed_in(visitor)
    age(started=1)
    assert not is_signed_in(visitor)


def test_a_session_without_its_token_opens_nothing(visitor: Visitor) -> None:
    with visitor.session() as session:
        del session[TOKEN]
    assert not is_signed_in(visitor)


def test_a_token_that_was_not_issued_opens_nothing(visitor: Visitor) -> None:
    for token in ("", "guessed", 1, None, ["guessed"], {"token": 1}):
        with visitor.session() as session:
            session[TOKEN] = token
        assert not is_signed_in(visitor), token


def test_the_stored_hash_opens_nothing(visitor: Visitor, cleo: Moderator) -> None:
    (row,) = sessions.listing(cleo)
    with visitor.session() as session:
        assert session[TOKEN] not in repr(vars(row))
        session[TOKEN] = row.token_hash
    assert not is_signed_in(visitor)


def test_a_session_knows_its_network_and_its_browser(app: Flask, cleo: Moderator) -> None:
    phone = Visitor(app, "203.0.113.5")
    phone.visit("/moderation/login")
    form = phone.form("Sign in")
    answer = phone.ask(
        form.action, "POST", data=form.fields | {"name": "Cleo", "password": PASSWORD},
        headers={"User-Agent": "A phone" + "!" * 500},
    )  # fmt: skip
    assert answer.status_code == 303
    (row,) = sessions.listing(cleo)
    assert (row.network, row.user_agent[:7], len(row.user_agent)) == ("203.0.113.0/24", "A phone", 300)


def test_ending_one_session_keeps_the_others(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    phone = Visitor(app, "198.51.100.7")
    phone.sign_in("Cleo")
    lost = next(row for row in sessions.listing(cleo) if row.network == "198.51.100.0/24")
    assert sessions.revoke(cleo, lost.id)
    assert not is_signed_in(phone)
    assert is_signed_in(visitor)


def test_nobody_ends_the_sessions_of_somebody_else(visitor: Visitor, cleo: Moderator, dan: Moderator) -> None:
    (row,) = sessions.listing(cleo)
    assert not sessions.revoke(dan, row.id)
    assert is_signed_in(visitor)


def test_ended_sessions_are_not_listed_and_deleted_at_the_next_sign_in(
    app: Flask, visitor: Visitor, cleo: Moderator
) -> None:
    age(seen=30)
    assert sessions.listing(cleo) == []
    Visitor(app).sign_in("Cleo")
    assert db.session.scalar(select(func.count()).select_from(ModeratorSession)) == 1


def test_a_busy_session_is_written_once_a_minute(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    age(seen=0.5)
    (before,) = [row.seen_at for row in sessions.listing(cleo)]
    assert is_signed_in(visitor)
    db.session.expire_all()
    assert [row.seen_at for row in sessions.listing(cleo)] == [before]
    age(seen=1)
    assert is_signed_in(visitor)
    db.session.expire_all()
    assert sessions.listing(cleo)[0].seen_at > before


def test_a_database_that_cannot_be_written_to_still_shows_the_queue(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(session: object) -> NoReturn:
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))

    age(seen=5)
    monkeypatch.setattr(sessions, "write_transaction", fail)
    assert is_signed_in(visitor)
    assert "disk is full" in caplog.text


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


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(stranger: Visitor) -> None:
    name, *attributes = cookie(stranger, "http")
    assert name.startswith("blog_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes


def test_over_https_the_cookie_is_bound_to_the_host(stranger: Visitor) -> None:
    name, *attributes = cookie(stranger, "https")
    assert name.startswith("__Host-blog_session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_a_cookie_without_the_prefix_opens_nothing_over_https(visitor: Visitor) -> None:
    answer = visitor.ask("/moderation/", headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 302


def test_readers_pages_neither_set_a_cookie_nor_read_that_of_moderators(stranger: Visitor, visitor: Visitor) -> None:
    make_article("On Tea", tags=("Tea",))
    for address in (
        *("/", "/articles/on-tea", "/tags/", "/tags/tea", "/feed.xml", "/search?q=tea", "/robots.txt"),
        *("/nowhere", "/moderations"),
    ):
        answers = [who.ask(address) for who in (stranger, visitor)]
        for answer in answers:
            assert "Set-Cookie" not in answer.headers, address
            assert "cookie" not in answer.headers.get("Vary", "").lower(), address
        assert answers[0].data == answers[1].data, address


def test_a_readers_page_asks_no_query_for_the_session(app: Flask, visitor: Visitor, article: Article) -> None:
    with statements(db.engine) as sent:
        visitor.ask("/articles/on-tea")
    assert not [statement for statement in sent if "moderator" in statement]
