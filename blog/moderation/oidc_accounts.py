"""Accounts of people who sign in through the provider, found by issuer and subject, with a role from their claims."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy import select

from blog.config import settings
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.account_errors import NameTaken, NameUnusable
from blog.moderation.account_log import AccountAction
from blog.moderation.account_names import name_taken_refused, usable_name
from blog.moderation.models import Moderator
from blog.moderation.oidc import find_claim
from blog.moderation.roles import Role

NAME_CLAIMS = ("preferred_username", "name", "email")
FALLBACK_NAME = "Moderator"
MAX_BASE_NAME = 70
"""The longest name without a number at its end."""


class NotAdmitted(Exception):
    """The provider knows this person, but the blog does not let them in."""


def account_of(claims: Mapping[str, Any]) -> Moderator:
    """The account for ``claims``, created at the first sign-in, with the role in the claims.

    It is never an account of the same name with a password: a name at the provider proves nothing here.

    :raises NotAdmitted: the person has no role here, or the account is disabled.
    """
    role = role_of(claims)
    moderator = _find(claims["sub"])
    if moderator is None:
        if role is None:
            raise NotAdmitted
        return _add(claims, role)
    if role is None or not moderator.is_active:
        raise NotAdmitted
    # Without ``by``, the last administrator can lose the role, too: the provider decides about roles.
    accounts.change_role(moderator, role, by=None)
    return moderator


def role_of(claims: Mapping[str, Any]) -> Role | None:
    """The highest role in the claims, if any."""
    found = find_claim(claims, settings.oidc_role_claim)
    values = found if isinstance(found, list) else [found]
    named = {value for value in values if isinstance(value, str)}
    role_map = settings.oidc_roles or {str(role): str(role) for role in Role}
    roles = {Role(role_map[name]) for name in named if name in role_map}
    return next((role for role in reversed(Role) if role in roles), None)


def _find(subject: str) -> Moderator | None:
    mine = (Moderator.oidc_issuer == settings.oidc_issuer, Moderator.oidc_subject == subject)
    return db.session.scalar(select(Moderator).where(*mine))


def _add(claims: Mapping[str, Any], role: Role) -> Moderator:
    base = _name(claims)
    identity = {"oidc_issuer": settings.oidc_issuer, "oidc_subject": claims["sub"]}
    for number in count(1):
        name = base if number == 1 else f"{base} {number}"
        moderator = accounts.new_account(name, role, password_hash="", **identity)
        try:
            with name_taken_refused(name), write_transaction(db.session()) as session:
                accounts.store(session, moderator, AccountAction.JOINED_BY_PROVIDER, None)
        except NameTaken:
            # NameTaken stands for every refused row, also for a second one with the same issuer and subject.
            known = _find(claims["sub"])
            if known is not None:  # the same person has just signed in with another browser
                return known
        else:
            return moderator
    # Never reached, because count() has no end.
    raise AssertionError


def _name(claims: Mapping[str, Any]) -> str:
    for claim in NAME_CLAIMS:
        value = claims.get(claim)
        try:
            return usable_name(value[:MAX_BASE_NAME] if isinstance(value, str) else "")
        except NameUnusable:
            continue
    return FALLBACK_NAME
