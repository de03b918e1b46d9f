"""Writes decisions: the comments' new status, the rows of the log, and what follows from them, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, aliased

from blog.comments.akismet.outbox import enqueue_feedback
from blog.comments.models import Comment
from blog.comments.notices.triggers import enqueue_decision_mail
from blog.comments.status import change_statuses
from blog.database import utc_now
from blog.moderation.bulk_models import BulkDecision
from blog.moderation.models import Decision, Moderator

LOG_KEY = 0x6C6F67
"""The number of PostgreSQL's advisory lock ("log" in ASCII). No other program may use it in this database."""


@dataclass(frozen=True)
class Move:
    """A comment as it was read, and the status that it gets."""

    comment: Comment
    to: str
    undone: Decision | None = None
    """The decision that the move undoes."""
    accompanies_id: int | None = None
    """The decision on another comment that this one is made with."""


class _Values(NamedTuple):
    """The columns of a comment that change together with its status."""

    approved_revision: int | None = None
    decided_at: datetime | None = None
    author_reason: str = ""


def lock_log(session: Session) -> None:
    """Wait for other transactions that decide; call this before anything else is locked.

    So decisions are stored in the order of their ids, and a page that asks for those after the newest one that it knows
    misses none. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(LOG_KEY)))


def record(
    session: Session,
    moves: Sequence[Move],
    moderator: Moderator,
    *,
    reason: str = "",
    is_for_author: bool = False,
    bulk: BulkDecision | None = None,
) -> list[Decision]:
    """Move comments and write the log, within the caller's write transaction.

    The number of statements depends on how different the moves are, not on how many there are, except for the mails
    that commenters have asked for.

    :param bulk: what they are part of; the first decision of it is its entry in the log.
    :returns: the new decisions; a comment that another transaction has changed meanwhile has none.
    """
    standing = _standing(session, [move.undone for move in moves if move.undone])
    own = _Values(decided_at=utc_now(), author_reason=reason if is_for_author else "")
    values = {"moderator_id": moderator.id, "reason": reason, "is_for_author": is_for_author and bool(reason)}
    # Read before _move(), whose UPDATE changes these objects in the session as well.
    rows = {move.comment.id: _row(move) | values | {"decided_at": own.decided_at} for move in moves}
    versions = {move.comment.id: move.comment.version + 1 for move in moves}
    moved = _move(session, moves, standing, own)
    done = [move for move in moves if move.comment.id in moved]
    for move in done:
        version, is_undo = versions[move.comment.id], move.undone is not None
        enqueue_decision_mail(session, move.comment, move.to, version, is_undo=is_undo)
    in_force = {move.comment.id for move in done if move.undone is None or move.undone.id in standing}
    enqueue_feedback(session, [(move.comment, move.to if move.comment.id in in_force else "") for move in done])
    return _log(session, [rows[move.comment.id] for move in done], bulk)


def _move(session: Session, moves: Sequence[Move], standing: Mapping[int, Decision], own: _Values) -> set[int]:
    """Change the comments' rows, with one statement for all that get the same values.

    :returns: the ids of the comments that nobody else had changed since they were read.
    """
    groups: dict[tuple[str, _Values], list[Comment]] = {}
    for move in moves:
        values = _restored(move.undone, standing.get(move.undone.id)) if move.undone else own
        groups.setdefault((move.to, values), []).append(move.comment)
    moved: set[int] = set()
    for (to, values), comments in groups.items():
        moved |= change_statuses(session, comments, to, **values._asdict())
    return moved


def _log(session: Session, rows: Sequence[dict[str, object]], bulk: BulkDecision | None) -> list[Decision]:
    """Add rows to the log. Only the first row of a bulk decision is an entry of its own there."""
    if not rows:
        return []
    # The caller adds this batch to ``bulk.decided`` later. If an earlier batch has the entry, no row here is one.
    first = 0 if bulk is None or bulk.decided == 0 else -1
    new = [
        row | {"bulk_id": bulk and bulk.id, "is_member": bulk is not None and index != first}
        for index, row in enumerate(rows)
    ]
    return list(session.scalars(insert(Decision).returning(Decision), new))


def _restored(undone: Decision, standing: Decision | None) -> _Values:
    """The comment's columns after ``undone`` is undone, when the earlier decision ``standing`` is in force again."""
    return _Values(
        approved_revision=undone.approved_revision,
        decided_at=standing.decided_at if standing else None,
        author_reason=standing.reason if standing and standing.is_for_author else "",
    )


def _row(move: Move) -> dict[str, object]:
    """The log's columns for one move. They are read before the comment's row changes."""
    return {
        "comment_id": move.comment.id,
        "from_status": move.comment.status,
        "to_status": move.to,
        "revision": move.comment.revision,
        "approved_revision": move.comment.approved_revision,
        "undoes_id": move.undone.id if move.undone else None,
        "accompanies_id": move.accompanies_id,
    }


def _standing(session: Session, undone: Sequence[Decision]) -> Mapping[int, Decision]:
    """The earlier decisions that are in force again after an undo, by the id of the undone decision.

    An undone decision is missing if no moderator, but the comment policy, gave the comment its earlier status.
    """
    if not undone:
        return {}
    taken_back, earlier = aliased(Decision), aliased(Decision)
    is_earlier = (earlier.comment_id == taken_back.comment_id) & (earlier.id < taken_back.id)
    gave_status = earlier.undoes_id.is_(None) & (earlier.to_status == taken_back.from_status)
    pairs = (
        select(taken_back.id, func.max(earlier.id).label("standing"))
        .join(earlier, is_earlier & gave_status)
        .where(taken_back.id.in_([decision.id for decision in undone]))
        .group_by(taken_back.id)
        .subquery()
    )
    found = session.execute(select(pairs.c.id, Decision).join(pairs, pairs.c.standing == Decision.id))
    return {row[0]: row[1] for row in found}
