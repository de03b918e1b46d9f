"""Accounts: who may sign in, with which password and which role. Every change is one transaction with its log row."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from blog.config import settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import account_log, passwords
from blog.moderation.account_errors import AccountRefused, LastAdministrator
from blog.moderation.account_log import AccountAction
from blog.moderation.account_names import name_key, name_taken_refused, usable_name
from blog.moderation.models import Moderator, ModeratorSession
from blog.moderation.roles import Role

FIRST_NAME = "moderator"

WEAKNESSES = {
    passwords.Weakness.SHORT: f"A password has at least {passwords.MIN_PASSWORD} characters. Choose a longer one.",
    passwords.Weakness.LONG: f"A password has at most {passwords.MAX_PASSWORD} characters. Choose a shorter one.",
    passwords.Weakness.COMMON: "This password is easy to guess. Choose one that nobody else would think of.",
}

# Selects from the table, because selecting the class would double the time of such a small statement.
_NAMES = select(Moderator.__table__.c.name)


def add(name: str, password: str, role: Role = Role.MODERATOR, by: Moderator | None = None) -> Moderator:
    """Add an account. Names that are equal after NFKC and case folding count as the same.

    :raises AccountRefused: the name is taken or unusable, or the password is too short or too common.
    """
    name = usable_name(name)
    # Hashed before the transaction, because that takes a while, and SQLite has one writer at a time.
    return _add(name, usable_password_hash(password, name), role, by)


def _add(name: str, password_hash: str, role: Role, by: Moderator | None = None) -> Moderator:
    moderator = new_account(name, role, password_hash=password_hash)
    with name_taken_refused(name), write_transaction(db.session()) as session:
        store(session, moderator, AccountAction.ADDED, by)
    return moderator


def names() -> Sequence[str]:
    """The names of all moderators, the disabled ones too: nobody else may use them."""
    return db.session.scalars(_NAMES).all()


def new_account(name: str, role: Role, **fields: object) -> Moderator:
    """An account that is not stored yet."""
    return Moderator(name=name, name_key=name_key(name), role=role, created_at=utc_now(), totp_step=0, **fields)


def store(session: Session, moderator: Moderator, action: AccountAction, by: Moderator | None) -> None:
    """Store a new account and its log row."""
    session.add(moderator)
    # Gives the account its id, which the log row needs.
    session.flush()
    account_log.record(session, action, moderator.id, by, moderator.role)


def listing() -> Sequence[Moderator]:
    """All accounts by name with their passkeys, the disabled ones too."""
    every = select(Moderator).options(selectinload(Moderator.passkeys)).order_by(Moderator.name_key)
    return db.session.scalars(every).all()


def named(name: str) -> Moderator:
    """The account with this name.

    :raises AccountRefused: there is none.
    """
    moderator = db.session.scalar(select(Moderator).where(Moderator.name_key == name_key(name)))
    if moderator is None:
        raise AccountRefused(f"There is no account “{name}”. List the accounts with: blog moderator list")
    return moderator


def disable(name: str) -> None:
    """Disable an account at once. The account and its decisions stay.

    :raises AccountRefused: there is no such account.
    """
    _change(named(name), {Moderator.disabled_at: utc_now()}, AccountAction.DISABLED)


def reset_password(name: str, password: str) -> None:
    """Set the password of an account, end its sessions, and enable it if it was disabled.

    :raises AccountRefused: there is no such account, or the password is too short or too common.
    """
    values = {Moderator.password_hash: usable_password_hash(password, name), Moderator.disabled_at: None}
    _change(named(name), values, AccountAction.PASSWORD_RESET)


def change_password(moderator: Moderator, password: str) -> None:
    """Set the password that ``moderator`` chose, and end their sessions.

    :raises AccountRefused: the password is too short or too common.
    """
    values = {Moderator.password_hash: usable_password_hash(password, moderator.name)}
    _change(moderator, values, AccountAction.PASSWORD_CHANGED, moderator)


def change_role(moderator: Moderator, role: Role, by: Moderator | None) -> None:
    """Change the role of an account; do nothing if it has this role.

    :raises LastAdministrator: nobody else is an administrator.
    """
    if moderator.role == role:
        return
    # Sessions need not end, because each request reads the role anew.
    detail = f"{moderator.role} → {role}"
    _change(moderator, {Moderator.role: role}, AccountAction.ROLE_CHANGED, by, detail, ends_sessions=False)


def default_role() -> Role:
    """The role of a new account without a given role: the first account of a site is an administrator."""
    return Role.MODERATOR if db.session.scalar(administrators().limit(1)) else Role.ADMINISTRATOR


def set_active(moderator: Moderator, is_active: bool, by: Moderator) -> None:
    """Disable or enable an account; do nothing if nothing changes.

    :raises LastAdministrator: nobody else is an administrator.
    """
    if moderator.is_active == is_active:
        return
    action = AccountAction.ENABLED if is_active else AccountAction.DISABLED
    _change(moderator, {Moderator.disabled_at: None if is_active else utc_now()}, action, by)


def end_sessions(moderator: Moderator, by: Moderator) -> None:
    """End all sessions of an account."""
    with write_transaction(db.session()) as session:
        session.execute(delete(ModeratorSession).where(ModeratorSession.moderator_id == moderator.id))
        account_log.record(session, AccountAction.SESSIONS_ENDED, moderator.id, by)


def ensure_first() -> tuple[str, str] | None:
    """Create the first account, an administrator, if there is none.

    :returns: its name and its random password, which is shown only once; ``None`` if there is an account, or another
        process has just created one.
    """
    if not settings.local_login or db.session.scalar(select(Moderator.id).limit(1)) is not None:
        return None
    # A random password needs no check, whose lists of words would stay in the memory of every process of the server.
    password = secrets.token_urlsafe(15)
    try:
        _add(FIRST_NAME, passwords.hash_password(password), Role.ADMINISTRATOR)
    except AccountRefused:
        return None
    return FIRST_NAME, password


def usable_password_hash(password: str, name: str) -> str:
    """The hash of a new password for the account ``name``.

    :raises AccountRefused: the password is too short, too long or easy to guess.
    """
    weakness = passwords.weakness(password, name)
    if weakness is not None:
        raise AccountRefused(WEAKNESSES[weakness])
    return passwords.hash_password(password)


def _change(
    moderator: Moderator,
    values: dict[InstrumentedAttribute[Any], Any],
    action: AccountAction,
    by: Moderator | None = None,
    detail: str = "",
    *,
    ends_sessions: bool = True,
) -> None:
    """Change one account, and write the log.

    :raises LastAdministrator: ``by`` would leave the site without an administrator. The command line may do that.
    """
    with write_transaction(db.session()) as session:
        # PostgreSQL: if two administrators disable each other, the second waits and then sees the first one's change.
        before = session.scalars(administrators().with_for_update()).all()
        session.execute(update(Moderator).where(Moderator.id == moderator.id).values(values))
        if ends_sessions:
            session.execute(delete(ModeratorSession).where(ModeratorSession.moderator_id == moderator.id))
        # Asked after the change, which raising rolls back. Where the command line has left no administrator, ``before``
        # is empty, and people can still change their own password.
        if by is not None and before and session.scalar(administrators().limit(1)) is None:
            raise LastAdministrator("This is the last administrator. Make somebody else an administrator first.")
        account_log.record(session, action, moderator.id, by, detail)


def administrators() -> Select[int]:
    """Select the ids of the administrators whose accounts are not disabled."""
    return select(Moderator.id).where(Moderator.role == Role.ADMINISTRATOR, Moderator.disabled_at.is_(None))
