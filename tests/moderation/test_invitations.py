"""Invitations: one use, 48 hours, a role."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts, invitations
from blog.moderation.invitations import InvitationOver
from blog.moderation.models import Invitation, Moderator
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD, Visitor
from tests.support.rows import account_actions


@pytest.fixture
def ada(app: Flask) -> Moderator:
    return accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)


def let_hours_pass(hours: float) -> None:
    with write_transaction(db.session()) as session:
        for invitation in session.scalars(select(Invitation)):
            invitation.expires_at -= timedelta(hours=hours)


def test_the_owner_of_the_link_joins_with_its_role_and_is_signed_in(app: Flask, ada: Moderator) -> None:
    guest = Visitor(app)
    guest.visit(f"/moderation/invitations/{invitations.invite(Role.VIEWER, ada)}")
    assert "Your role: Viewer." in guest.text
    assert guest.press("Create the account", name="Gus", password=PASSWORD).status_code == 303
    assert "Signed in as Gus" in guest.text
    assert accounts.named("gus").role == Role.VIEWER
    assert account_actions() == ["joined", "invited", "added"]


def test_only_a_hash_of_the_token_is_stored(ada: Moderator) -> None:
    token = invitations.invite(Role.VIEWER, ada)
    assert token not in repr(db.session.execute(select(Invitation.__table__)).all())


def test_a_link_works_once(app: Flask, ada: Moderator) -> None:
    token = invitations.invite(Role.MODERATOR, ada)
    invitations.accept(token, "Gus", PASSWORD)
    with pytest.raises(InvitationOver):
        invitations.accept(token, "Hal", PASSWORD)
    answer = Visitor(app).visit(f"/moderation/invitations/{token}")
    assert answer.status_code == 410
    assert "This invitation cannot be used" in answer.text


@pytest.mark.parametrize("is_disabled", [True, False])
def test_a_link_ends_with_the_role_of_its_sender(app: Flask, ada: Moderator, is_disabled: bool) -> None:
    token = invitations.invite(Role.ADMINISTRATOR, ada)
    assert len(invitations.listing()) == 1
    if is_disabled:
        accounts.disable("Ada")
    else:
        accounts.change_role(ada, Role.MODERATOR, None)
    assert Visitor(app).visit(f"/moderation/invitations/{token}").status_code == 410
    with pytest.raises(InvitationOver):
        invitations.accept(token, "Gus", PASSWORD)
    assert invitations.listing() == []


def test_a_link_used_ten_times_at_once_works_once(app: Flask, ada: Moderator) -> None:
    token = invitations.invite(Role.MODERATOR, ada)
    db.session.remove()

    def join(number: int) -> bool:
        with app.app_context():
            try:
                invitations.accept(token, f"Guest {number}", PASSWORD)
            except InvitationOver:
                return False
            return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(join, range(10))) == 1
    assert len(accounts.listing()) == 2


def test_a_link_expires_after_48_hours(ada: Moderator) -> None:
    token = invitations.invite(Role.MODERATOR, ada)
    let_hours_pass(47.9)
    assert invitations.find(token) is not None
    let_hours_pass(0.2)
    assert invitations.find(token) is None
    assert invitations.listing() == []
    with pytest.raises(InvitationOver):
        invitations.accept(token, "Gus", PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "text"),
    [
        ("Ada", PASSWORD, "Somebody has this name already."),
        ("\u200b", PASSWORD, "A name has 1 to 80 characters that can be seen."),
        ("Gus", "short", "A password has at least 12 characters."),
        ("Gus", "passwordpassword", "This password is easy to guess."),
    ],
)
def test_a_refused_form_keeps_the_name_and_the_invitation(
    app: Flask, ada: Moderator, name: str, password: str, text: str
) -> None:
    token = invitations.invite(Role.MODERATOR, ada)
    guest = Visitor(app)
    guest.visit(f"/moderation/invitations/{token}")
    answer = guest.press("Create the account", name=name, password=password)
    assert answer.status_code == 422
    assert text in answer.text
    assert (guest.form("Create the account").fields["name"], password in answer.text) == (name, False)
    assert invitations.find(token) is not None


def test_a_password_made_of_the_name_is_refused_however_the_name_is_typed(app: Flask, ada: Moderator) -> None:
    guest = Visitor(app)
    guest.visit(f"/moderation/invitations/{invitations.invite(Role.VIEWER, ada)}")
    name = "Ződönénő Kőszűréb"
    typed = unicodedata.normalize("NFD", name)
    answer = guest.press("Create the account", name=typed, password=name.replace(" ", ""))
    assert answer.status_code == 422
    assert "This password is easy to guess." in answer.text
