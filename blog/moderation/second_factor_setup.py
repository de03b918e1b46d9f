"""Adds, removes and resets second factors of an account, each with its log row."""

from sqlalchemy import delete, update

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import account_log, recovery_codes, totp
from blog.moderation.account_log import AccountAction
from blog.moderation.models import Moderator, ModeratorSession, Passkey, RecoveryCode


def add_totp(moderator: Moderator, secret: str, code: str) -> list[str] | None:
    """Add an authenticator app that has proved with ``code`` that it has ``secret``.

    :returns: recovery codes to show, empty if the account has some left; ``None`` if the code is wrong.
    """
    # After 0, because no code of a new secret was used yet. Storing the step uses up this one.
    step = totp.matching_step(secret, code, after=0)
    if step is None:
        return None
    values = {Moderator.totp_secret: totp.encrypt(secret), Moderator.totp_step: step}
    with write_transaction(db.session()) as session:
        session.execute(update(Moderator).where(Moderator.id == moderator.id).values(values))
        account_log.record(session, AccountAction.TOTP_ADDED, moderator.id, moderator)
        return recovery_codes.make_if_none(session, moderator)


def remove_totp(moderator: Moderator) -> None:
    """Remove the authenticator app; without another second factor the recovery codes, too."""
    with write_transaction(db.session()) as session:
        session.execute(update(Moderator).where(Moderator.id == moderator.id).values(totp_secret=None))
        account_log.record(session, AccountAction.TOTP_REMOVED, moderator.id, moderator)
        recovery_codes.remove_if_useless(session, moderator)


def new_recovery_codes(moderator: Moderator) -> list[str]:
    """Create ten new recovery codes; the former ones no longer work."""
    with write_transaction(db.session()) as session:
        return recovery_codes.make(session, moderator)


def reset(moderator: Moderator, by: Moderator | None) -> None:
    """Remove every second factor of an account whose owner has lost them, and end its sessions."""
    with write_transaction(db.session()) as session:
        session.execute(update(Moderator).where(Moderator.id == moderator.id).values(totp_secret=None))
        for model in (Passkey, RecoveryCode, ModeratorSession):
            session.execute(delete(model).where(model.moderator_id == moderator.id))
        account_log.record(session, AccountAction.SECOND_FACTOR_RESET, moderator.id, by)
