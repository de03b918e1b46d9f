"""The outbox: mails are stored, claimed by a sender, and finished.

A claim expires. If a sender is killed, another one sends the mail after that. A mail is sent twice only if the first
sender was killed between the server's acknowledgement and the commit; both have the same Message-ID.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Update, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from blog.database import insert_into, utc_now, write_transaction
from blog.extensions import db
from blog.mail.models import MailState, OutboxMail

CLAIM = timedelta(minutes=5)
"""When a claim expires. The sender's own time limits are well below it."""
MAX_ATTEMPTS = 14
FIRST_DELAY = timedelta(minutes=1)
MAX_DELAY = timedelta(hours=4)
"""How long one mail waits after a failed attempt: the delay doubles up to this. All attempts take about a day."""
MAX_DIGEST = 100
"""The most mails in one digest."""
ADDRESS_KEPT = timedelta(days=7)
ROW_KEPT = timedelta(days=180)

OPEN = (MailState.WAITING, MailState.SENDING)


def enqueue(
    session: Session,
    kind: str,
    recipient: str,
    *identity: object,
    comment_id: int | None = None,
    version: int = 0,
    due_at: datetime | None = None,
) -> None:
    """Store a mail to ``recipient`` in the caller's transaction, unless one with this kind and identity exists."""
    now = utc_now()
    row = insert_into(session, OutboxMail).values(
        key=mail_key(kind, *identity),
        kind=kind,
        recipient=recipient,
        comment_id=comment_id,
        version=version,
        state=MailState.WAITING,
        attempts=0,
        error="",
        created_at=now,
        due_at=due_at or now,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def mail_key(kind: str, *identity: object) -> str:
    """The key of a mail: a hash, which reveals nothing about the recipient."""
    return sha256("\0".join([kind, *map(str, identity)]).encode()).hexdigest()


def claim(digests: Iterable[str] = (), skip: Iterable[str] = ()) -> list[OutboxMail]:
    """Claim the mails of the next letter: one mail, or all due mails to one address if their kind is in ``digests``.

    :param skip: addresses that get no digest yet.
    """
    digest_kinds, now = set(digests), utc_now()
    # A mail that is being sent and is due was claimed by a sender that was killed, or whose database failed.
    due = (OutboxMail.done_at.is_(None), OutboxMail.due_at <= now)
    is_skipped = OutboxMail.kind.in_(digest_kinds) & OutboxMail.recipient.in_(list(skip))
    by_time = (OutboxMail.due_at, OutboxMail.id)
    first_due = select(OutboxMail).where(*due, ~is_skipped).order_by(*by_time).limit(1)
    found = db.session.scalar(first_due)
    db.session.commit()
    if found is None:
        return []  # without a write lock
    with write_transaction(db.session()) as session:
        # Another sender may have claimed it meanwhile. With SKIP LOCKED, two senders on PostgreSQL take different
        # mails; SQLAlchemy leaves it out on SQLite, which has one writer at a time.
        first = session.scalar(first_due.with_for_update(skip_locked=True))
        if first is None:
            return []
        ids = [first.id]
        if first.kind in digest_kinds:
            same = (OutboxMail.kind == first.kind, OutboxMail.recipient == first.recipient)
            together = select(OutboxMail.id).where(*due, *same).order_by(*by_time).limit(MAX_DIGEST)
            ids = list(session.scalars(together.with_for_update(skip_locked=True)))
        # Attempts are counted here and not after a failure. So a mail whose sender is killed each time is given up,
        # too, and the number tells this claim from a later one (`_claimed`).
        values = {"state": MailState.SENDING, "attempts": OutboxMail.attempts + 1, "due_at": now + CLAIM}
        session.execute(update(OutboxMail).where(OutboxMail.id.in_(ids)).values(values))
        claimed = select(OutboxMail).where(OutboxMail.id.in_(ids)).order_by(OutboxMail.id)
        return list(session.scalars(claimed.execution_options(populate_existing=True)))


def finish(mails: Sequence[OutboxMail], state: MailState, error: str = "") -> None:
    """Store the final state of claimed mails."""
    values = {"state": state, "error": error[:300], "done_at": utc_now()}
    with write_transaction(db.session()) as session:
        session.execute(_claimed(mails).values(values))


def release(mails: Sequence[OutboxMail]) -> None:
    """Return claimed mails to the outbox without counting the attempt."""
    values = {"state": MailState.WAITING, "due_at": utc_now(), "attempts": OutboxMail.attempts - 1}
    with write_transaction(db.session()) as session:
        session.execute(_claimed(mails).values(values))


def postpone(mails: Sequence[OutboxMail], error: str) -> None:
    """Return claimed mails to the outbox for a later attempt. Those that had too many attempts fail."""
    now = utc_now()
    with write_transaction(db.session()) as session:
        # The mails of a digest may have different numbers of attempts.
        for attempts in {mail.attempts for mail in mails}:
            same = [mail for mail in mails if mail.attempts == attempts]
            session.execute(_claimed(same).values(error=error[:300], **_after(attempts, now)))


def retry_failed() -> int:
    """Put all failed mails back into the outbox; return how many there are."""
    values = {"state": MailState.WAITING, "attempts": 0, "due_at": utc_now(), "done_at": None}
    with write_transaction(db.session()) as session:
        failed = update(OutboxMail).where(OutboxMail.state == MailState.FAILED).values(values)
        return len(session.scalars(failed.returning(OutboxMail.id)).all())


def delete_mails(session: Session, recipient: str, comment_ids: Iterable[int]) -> None:
    """Delete all mail to ``recipient`` about these comments, in the caller's transaction."""
    about = (OutboxMail.recipient == recipient, OutboxMail.comment_id.in_(list(comment_ids)))
    session.execute(delete(OutboxMail).where(*about))


def prune() -> None:
    """Delete the addresses of finished mails after some days, and the mails later."""
    now = utc_now()
    # Failed mails keep their address, so that `blog mail --retry` can send them.
    is_done = OutboxMail.state.in_([MailState.SENT, MailState.DROPPED])
    with write_transaction(db.session()) as session:
        old = (is_done, OutboxMail.done_at < now - ADDRESS_KEPT, OutboxMail.recipient != "")
        session.execute(update(OutboxMail).where(*old).values(recipient=""))
        # Rows stay longer than addresses, because their keys keep the same mail from being stored again.
        session.execute(delete(OutboxMail).where(is_done, OutboxMail.done_at < now - ROW_KEPT))


def unsent(limit: int) -> Sequence[OutboxMail]:
    """At most ``limit`` mails that wait or have failed, the oldest first."""
    is_unsent = OutboxMail.state.in_([*OPEN, MailState.FAILED])
    found = db.session.scalars(select(OutboxMail).where(is_unsent).order_by(OutboxMail.id).limit(limit)).all()
    db.session.commit()
    return found


def count_unsent(due_before: datetime | None = None) -> tuple[int, int]:
    """Count the mails that wait, or only those due before ``due_before``, and the mails that failed."""
    count = select(func.count()).select_from(OutboxMail)
    is_open = count.where(OutboxMail.state.in_(OPEN))
    if due_before is not None:
        is_open = is_open.where(OutboxMail.due_at < due_before)
    is_failed = count.where(OutboxMail.state == MailState.FAILED)
    waiting, failed = (db.session.scalar(query) or 0 for query in (is_open, is_failed))
    db.session.commit()
    return waiting, failed


def _after(attempts: int, now: datetime) -> dict[str, object]:
    """The values of a mail after so many attempts that failed."""
    if attempts >= MAX_ATTEMPTS:
        return {"state": MailState.FAILED, "done_at": now}
    return {"state": MailState.WAITING, "due_at": now + min(MAX_DELAY, FIRST_DELAY * 2 ** (attempts - 1))}


def _claimed(mails: Sequence[OutboxMail]) -> Update:
    """The rows of ``mails`` that no other sender has claimed since."""
    same = (and_(OutboxMail.id == mail.id, OutboxMail.attempts == mail.attempts) for mail in mails)
    return update(OutboxMail).where(OutboxMail.state == MailState.SENDING, or_(*same))
