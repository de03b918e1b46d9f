"""Invitations: links with which one person creates an account of a given role, once, within 48 hours."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import joinedload

from blog.comments.receipts import token_hash
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import account_log, accounts
from blog.moderation.account_log import AccountAction
from blog.moderation.account_names import name_taken_refused, usable_name
from blog.moderation.models import Invitation, Moderator
from blog.moderation.roles import Role

VALID_HOURS = 48


class InvitationOver(Exception):
    """The invitation was used, revoked or has expired, or who created it is no longer an administrator."""


def invite(role: Role, by: Moderator) -> str:
    """Create an invitation.

    :returns: its token, which is not stored and cannot be shown again.
    """
    token, now = secrets.token_urlsafe(32), utc_now()
    with write_transaction(db.session()) as session:
        session.execute(delete(Invitation).where(Invitation.expires_at <= now))
        session.add(
            Invitation(
                token_hash=token_hash(token),
                role=role,
                created_by_id=by.id,
                created_at=now,
                expires_at=now + timedelta(hours=VALID_HOURS),
            )
        )
        account_log.record(session, AccountAction.INVITED, None, by, role)
    return token


def find(token: str) -> Invitation | None:
    """The invitation with this token, if it can be used."""
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token), _is_usable()))


def listing() -> Sequence[Invitation]:
    """The usable invitations, newest first, with the people who created them."""
    usable = select(Invitation).where(_is_usable()).order_by(Invitation.id.desc())
    return db.session.scalars(usable.options(joinedload(Invitation.created_by, innerjoin=True))).all()


def revoke(invitation_id: int, by: Moderator) -> bool:
    """Delete an invitation; return whether there was one with this id."""
    with write_transaction(db.session()) as session:
        gone = delete(Invitation).where(Invitation.id == invitation_id).returning(Invitation.role)
        role = session.scalar(gone)
        if role is not None:
            account_log.record(session, AccountAction.INVITATION_REVOKED, None, by, role)
    return role is not None


def accept(token: str, name: str, password: str) -> Moderator:
    """Use an invitation: create its account.

    :raises InvitationOver: it cannot be used any more; of two people at the same time, one succeeds.
    :raises AccountRefused: the name or the password cannot be used; the invitation stays.
    """
    name = usable_name(name)
    # Hashed before the transaction, because that takes a while, and SQLite has one writer at a time.
    password_hash = accounts.usable_password_hash(password, name)
    with name_taken_refused(name), write_transaction(db.session()) as session:
        # The DELETE claims the invitation: a second request with the same link waits for it, and then finds no row.
        gone = delete(Invitation).where(Invitation.token_hash == token_hash(token), _is_usable())
        row = session.execute(gone.returning(Invitation.role, Invitation.created_by_id)).one_or_none()
        if row is None:
            raise InvitationOver
        moderator = accounts.new_account(name, Role(row.role), password_hash=password_hash)
        accounts.store(session, moderator, AccountAction.JOINED, session.get_one(Moderator, row.created_by_id))
    return moderator


def _is_usable() -> ColumnElement[bool]:
    """In a query: the invitation has not expired, and who created it is still an administrator."""
    return and_(Invitation.expires_at > utc_now(), Invitation.created_by_id.in_(accounts.administrators()))
