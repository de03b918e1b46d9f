"""Recovery codes: ten random codes, each of which replaces the second factor once. Only their hashes are stored."""

import base64
import secrets
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import account_log
from blog.moderation.account_log import AccountAction
from blog.moderation.models import Moderator, RecoveryCode

COUNT = 10
RANDOM_BYTES = 10
"""80 bits per code, which is too many to guess, so that a fast hash is enough."""
GROUP = 4
MAX_TYPED = 100


def make(session: Session, moderator: Moderator) -> list[str]:
    """Replace the former codes by ten new ones, in the transaction of ``session``. They cannot be shown again."""
    codes = [_new_code() for _ in range(COUNT)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.moderator_id == moderator.id))
    session.add_all(RecoveryCode(moderator_id=moderator.id, code_hash=_hash(code)) for code in codes)
    account_log.record(session, AccountAction.RECOVERY_CODES_MADE, moderator.id, moderator)
    return codes


def make_if_none(session: Session, moderator: Moderator) -> list[str]:
    """Make ten codes for an account that has none left, in the transaction of ``session``; else return no codes."""
    # PostgreSQL: if two second factors are added at once, the later one waits here, and then counts the codes of the
    # other. A lock with ``key_share`` lets others store rows that refer to the account.
    session.execute(select(Moderator.id).where(Moderator.id == moderator.id).with_for_update(key_share=True))
    return [] if count_left(moderator) else make(session, moderator)


def remove_if_useless(session: Session, moderator: Moderator) -> None:
    """Delete the codes of an account that has no second factor left, in the transaction of ``session``.

    They would work again with the next second factor, although its owner may have thrown them away.
    """
    # The factor was removed by a statement that does not change this object or its list of passkeys.
    session.refresh(moderator)
    if moderator.has_second_factor:
        return
    mine = delete(RecoveryCode).where(RecoveryCode.moderator_id == moderator.id)
    if session.scalars(mine.returning(RecoveryCode.id)).all():
        account_log.record(session, AccountAction.RECOVERY_CODES_REMOVED, moderator.id, moderator)


def use(moderator: Moderator, code: str) -> bool:
    """Use up ``code``; return whether it was one of the moderator's."""
    if len(code) > MAX_TYPED:
        return False
    mine = (RecoveryCode.moderator_id == moderator.id, RecoveryCode.code_hash == _hash(code))
    with write_transaction(db.session()) as session:
        # One statement finds and deletes it: of two requests at once with the same code, only one succeeds.
        used = session.scalar(delete(RecoveryCode).where(*mine).returning(RecoveryCode.id))
        if used is not None:
            account_log.record(session, AccountAction.RECOVERY_CODE_USED, moderator.id, moderator)
    return used is not None


def count_left(moderator: Moderator) -> int:
    """How many codes can still be used."""
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.moderator_id == moderator.id)
    return db.session.scalar(mine) or 0


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def _hash(code: str) -> str:
    letters = "".join(character for character in code.lower() if character.isascii() and character.isalnum())
    return sha256(letters.encode()).hexdigest()
