"""Limits for attempts to sign in, counted in the database.

An attempt is counted before its password is checked, so that many at once get no more tries than one after the other,
and subtracted again if it succeeds. Counting in the database makes all processes count together. What was typed is not
stored: names become keyed hashes, because people type their password into the wrong field.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from blog.database import insert_into, utc_now, write_transaction
from blog.extensions import db
from blog.moderation.models import SignInAttempt
from blog.networks import truncate_ip

WINDOW = timedelta(minutes=15)
PER_NETWORK = 20
PER_ACCOUNT = 10
PER_SECOND_STEP = 5
PRUNE_BATCH_SIZE = 100


@dataclass
class TooManyAttempts(Exception):
    """Too many attempts. The next one is allowed at ``ends_at``."""

    ends_at: datetime


@dataclass(frozen=True)
class Budget:
    """A number of attempts that is allowed in each ``WINDOW``."""

    key: str
    limit: int

    @property
    def key_hash(self) -> str:
        """The key as it is stored."""
        secret = str(current_app.secret_key).encode()
        return hmac.digest(secret, self.key.encode(errors="replace"), "sha256").hex()


def for_password(account: str, device: str | None) -> list[Budget]:
    """The budgets that an attempt with a password uses.

    :param account: the key of the name that was typed, whether there is such an account or not.
    :param device: the id of a browser in which this account has signed in before. Such a browser has its own budget, so
        that strangers who use up the budget of the network or the account do not lock it out.
    """
    if device is not None:
        return [Budget(f"device {device}", PER_ACCOUNT)]
    return [
        Budget(f"network {truncate_ip(request.remote_addr)}", PER_NETWORK),
        Budget(f"account {account}", PER_ACCOUNT),
    ]


def for_second_step(account_id: int, device: str | None) -> list[Budget]:
    """The budgets that an attempt with a code uses."""
    # By device, so that somebody who knows the password cannot use up the owner's attempts with wrong codes.
    return [Budget(f"second step {account_id} {device or ''}", PER_SECOND_STEP)]


def take(budgets: Sequence[Budget]) -> None:
    """Count one attempt.

    :raises TooManyAttempts: one of ``budgets`` is used up; nothing is counted.
    """
    now = utc_now()
    limits = {budget.key_hash: budget.limit for budget in budgets}
    # Attempts beyond the limit only read, so that a flood does not write.
    rows = select(SignInAttempt).where(SignInAttempt.key_hash.in_(limits), SignInAttempt.ends_at > now)
    for row in db.session.scalars(rows.execution_options(populate_existing=True)):
        if row.count >= limits[row.key_hash]:
            raise TooManyAttempts(row.ends_at)
    _prune(now)
    with write_transaction(db.session()) as session:
        # Always in the same order, so that two attempts with the same budgets cannot deadlock.
        for key_hash, limit in sorted(limits.items()):
            count, ends_at = session.execute(_count_one(session, key_hash, now)).one()
            # Attempts at the same moment may all have passed the check above. Raising rolls back what was counted here.
            if count > limit:
                raise TooManyAttempts(ends_at)


def give_back(budgets: Sequence[Budget]) -> None:
    """Subtract an attempt that :func:`take` counted, because it succeeded."""
    with write_transaction(db.session()) as session:
        for key_hash in sorted(budget.key_hash for budget in budgets):
            mine = (SignInAttempt.key_hash == key_hash, SignInAttempt.count > 0)
            session.execute(update(SignInAttempt).where(*mine).values(count=SignInAttempt.count - 1))


def _count_one(session: Session, key_hash: str, now: datetime) -> ReturningInsert[int, datetime]:
    # One statement, because another process could count between a SELECT and an UPDATE.
    is_over = SignInAttempt.ends_at <= now
    return (
        insert_into(session, SignInAttempt)
        .values(key_hash=key_hash, count=1, ends_at=now + WINDOW)
        .on_conflict_do_update(
            index_elements=[SignInAttempt.key_hash],
            set_={
                "count": case((is_over, 1), else_=SignInAttempt.count + 1),
                "ends_at": case((is_over, now + WINDOW), else_=SignInAttempt.ends_at),
            },
        )
        .returning(SignInAttempt.count, SignInAttempt.ends_at)
    )


def _prune(now: datetime) -> None:
    # In a transaction of its own, which waits for nobody: rows that others have locked are left for later. If it locked
    # rows and then counted, two attempts could each wait for a row that the other one deletes. SQLite ignores FOR
    # UPDATE.
    over = select(SignInAttempt.key_hash).where(SignInAttempt.ends_at <= now).limit(PRUNE_BATCH_SIZE)
    with write_transaction(db.session()) as session:
        session.execute(
            delete(SignInAttempt).where(SignInAttempt.key_hash.in_(over.with_for_update(skip_locked=True))),
            execution_options={"synchronize_session": False},
        )
