"""Writes decisions: the comments' new status, the rows of the log, and what follows from them, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from blog.comments.akismet.outbox import enqueue_feedback
from blog.comments.models import Comment
from blog.comments.notices.triggers import enqueue_decision_mail
from blog.comments.status import change_statuses
from blog.database import utc_now
from blog.moderation.models import Decision, Moderator


@dataclass(frozen=True)
class Move:
    """A comment as it was read, the status that it gets, and the decision that this takes back, if any."""

    comment: Comment
    to: str
    undone: Decision | None = None


class _Values(NamedTuple):
    """What changes in a comment's row."""

    to: str
    approved_revision: int | None
    decided_at: datetime | None
    author_reason: str


def record(
    session: Session, moves: Sequence[Move], moderator: Moderator, *, reason: str = "", is_for_author: bool = False
) -> list[Decision]:
    """Move comments and add the rows of the log to the session, within the caller's write transaction.

    The number of statements depends on how different the moves are, not on how many there are. The caller flushes.

    :returns: the new decisions; a comment that another transaction has changed meanwhile has none.
    """
    standing = _standing(session, [move.undone for move in moves if move.undone])
    shared = is_for_author and bool(reason)
    decisions = {move.comment.id: _decision(move, moderator, reason, is_for_author=shared) for move in moves}
    versions = {move.comment.id: move.comment.version + 1 for move in moves}
    groups: dict[_Values, list[Comment]] = {}
    for move in moves:
        stands = standing.get(move.undone.id) if move.undone else decisions[move.comment.id]
        groups.setdefault(_values(move, stands), []).append(move.comment)
    moved: set[int] = set()
    for values, comments in groups.items():
        moved |= change_statuses(session, comments, **values._asdict())
    done = [move for move in moves if move.comment.id in moved]
    for move in done:
        version, is_undo = versions[move.comment.id], move.undone is not None
        enqueue_decision_mail(session, move.comment, move.to, version, is_undo=is_undo)
    in_force = [move.undone is None or move.undone.id in standing for move in done]
    feedback = [(move.comment, move.to if stands else "") for move, stands in zip(done, in_force, strict=True)]
    enqueue_feedback(session, feedback)
    new = [decisions[move.comment.id] for move in done]
    session.add_all(new)
    return new


def _values(move: Move, stands: Decision | None) -> _Values:
    """What the comment's row says after ``move``, of which the decision ``stands`` is then in force."""
    return _Values(
        to=move.to,
        approved_revision=move.undone.approved_revision if move.undone else None,
        decided_at=stands.decided_at if stands else None,
        author_reason=stands.reason if stands and stands.is_for_author else "",
    )


def _decision(move: Move, moderator: Moderator, reason: str, *, is_for_author: bool) -> Decision:
    return Decision(
        comment_id=move.comment.id,
        moderator_id=moderator.id,
        from_status=move.comment.status,
        to_status=move.to,
        revision=move.comment.revision,
        approved_revision=move.comment.approved_revision,
        reason=reason,
        is_for_author=is_for_author,
        decided_at=utc_now(),
        undoes_id=move.undone.id if move.undone else None,
    )


def _standing(session: Session, undone: Sequence[Decision]) -> Mapping[int, Decision]:
    """By the id of an undone decision, the one that stands again; none where the policy gave that status."""
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
