"""The append-only log of accounts: what was changed, whose account, by whom and when.

It also has what moderators do besides deciding on comments: they edit comments, and close threads and articles.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from blog.database import utc_now
from blog.extensions import db
from blog.moderation.models import AccountEvent, Moderator

PAGE_SIZE = 25
MAX_DETAIL = 300


class AccountAction(StrEnum):
    """The kinds of event in the log of accounts."""

    ADDED = "added"
    INVITED = "invited"
    INVITATION_REVOKED = "invitation_revoked"
    JOINED = "joined"
    JOINED_BY_PROVIDER = "joined_by_provider"
    ROLE_CHANGED = "role_changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    PASSWORD_RESET = "password_reset"  # noqa: S105
    TOTP_ADDED = "totp_added"
    TOTP_REMOVED = "totp_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_REMOVED = "recovery_codes_removed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    SESSION_ENDED = "session_ended"
    SESSIONS_ENDED = "sessions_ended"
    COMMENTS_CLOSED = "comments_closed"
    COMMENTS_OPENED = "comments_opened"
    COMMENT_EDITED = "comment_edited"
    EDIT_UNDONE = "edit_undone"
    THREAD_CLOSED = "thread_closed"
    THREAD_OPENED = "thread_opened"


@dataclass(frozen=True)
class EventPage:
    """Some events, newest first. ``before`` is set if there are earlier ones."""

    events: list[AccountEvent]
    before: int | None


def record(
    session: Session, action: AccountAction, account_id: int | None, by: Moderator | None, detail: str = ""
) -> None:
    """Write one event, in the same transaction of ``session`` as the change itself.

    :param account_id: the id of the account that changes.
    :param by: who changes it; ``None`` for the command line and for the sign-in provider.
    """
    session.add(
        AccountEvent(
            action=action,
            moderator_id=account_id,
            actor_id=by.id if by else None,
            detail=detail[:MAX_DETAIL],
            happened_at=utc_now(),
        )
    )


def event_page(before: int | None = None) -> EventPage:
    """The events before the one with the id ``before``, or the newest."""
    query = select(AccountEvent).options(joinedload(AccountEvent.moderator), joinedload(AccountEvent.actor))
    if before is not None:
        query = query.where(AccountEvent.id < before)
    events = list(db.session.scalars(query.order_by(AccountEvent.id.desc()).limit(PAGE_SIZE + 1)))
    shown = events[:PAGE_SIZE]
    return EventPage(shown, shown[-1].id if len(events) > PAGE_SIZE else None)
