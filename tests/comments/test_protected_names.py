"""Comments under a name that imitates a moderator's or the author's are held, with that reason."""

from dataclasses import replace
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.comments.look_alikes import contains_name, skeleton
from blog.comments.models import Comment, Status
from blog.comments.signals import sentence
from blog.config import Settings
from blog.extensions import db
from blog.moderation import accounts
from tests.support.clients import PASSWORD
from tests.support.factories import make_article
from tests.support.rows import newest_comment

LIKE_ADA = [
    "Ada Byron", "ada byron", "ADA BYRON", "Ada  Byron", "Ada_Byron", "A.d.a Byron", "\u0410da \u0412yron",
    "\uff21da Byron", "Ad\u00e1 B\u00ffron", "Ada By\u200bron", "Ada Byr0n", "\U0001d400da Byron", "Ada Byron (author)",
    "The real Ada Byron", "Ad\u0430 \u0392yr\u03bfn", "Ada By\u0433on",
]  # fmt: skip
LIKE_CLEO = ["Cleo", "CLEO", "C1eo", "CIeo", "\u0421leo", "Cle\u043e", "cl\u00e9o", "C\u2113eo"]

_numbers = count(1)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comment_rate="500 per minute", comments="open")


def reason(app: Flask, name: str) -> tuple[str, str]:
    """Status and reason of a comment sent as ``name`` where other comments are published at once."""
    number = next(_numbers)
    data = {"name": name, "email": f"x{number}@example.org", "body": f"I am {name}."}
    sender = {"REMOTE_ADDR": f"203.0.{number % 256}.7"}
    answer = app.test_client().post("/articles/on-tea/comments", data=data, environ_base=sender)
    assert answer.status_code == 303
    comment = newest_comment()
    return comment.status, next((sentence(signal) for signal in comment.signals if signal.name == "imitation"), "")


def test_the_author_s_name_is_held_however_it_is_spelled(app: Flask) -> None:
    make_article("On Tea")
    for name in LIKE_ADA:
        expected = (Status.PENDING, "The name looks like that of the article’s author, Ada Byron.")
        assert reason(app, name) == expected, name


def test_a_moderator_s_name_is_held_however_it_is_spelled(app: Flask) -> None:
    make_article("On Tea")
    accounts.add("Cleo", PASSWORD)
    for name in LIKE_CLEO:
        assert reason(app, name) == (Status.PENDING, "The name looks like that of the moderator Cleo."), name


def test_names_of_roles_are_held(app: Flask) -> None:
    make_article("On Tea")
    for name in ("Moderator", "M0derator", "Blog-Admin", "Ada, moderator", "Administrator"):
        status, why = reason(app, name)
        assert status == Status.PENDING, name
        assert "moderator" in why, name


def test_other_names_are_shown_at_once(app: Flask) -> None:
    make_article("On Tea")
    accounts.add("Cleo", PASSWORD)
    for name in ("Ada", "Byron", "Ada Lovelace", "Cleopatra", "Adam Byrone", "Ада Иванова", "艾达"):
        assert reason(app, name) == (Status.APPROVED, ""), name


def test_a_name_without_a_letter_resembles_no_name() -> None:
    assert skeleton("★ ☆") == ""
    assert not contains_name("★", "☆")


def test_nobody_can_claim_a_role_in_the_form(app: Flask, client: FlaskClient) -> None:
    make_article("On Tea")
    data = {
        "name": "Cid", "email": "x@example.org", "body": "Me.", "author_role": "moderator", "moderator_id": "1",
        "status": "approved", "depth": "0", "path": "1",
    }  # fmt: skip
    client.post("/articles/on-tea/comments", data=data)
    comment = db.session.scalars(select(Comment)).one()
    assert (comment.author_role, comment.moderator_id, comment.path) == ("", None, "")
    assert "comment__role" not in client.get("/articles/on-tea").text
