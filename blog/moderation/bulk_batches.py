"""Carries out bulk decisions, one batch of members and one transaction after the other.

The members' rows store what each batch did. So the work can stop after any batch and continue in another process: no
member is decided on twice.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from blog.comments.counts import lock_articles
from blog.comments.models import Comment
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.bulk_lifecycle import locked
from blog.moderation.bulk_models import BulkDecision, BulkMember, MemberOutcome
from blog.moderation.decision_writer import Move, lock_log, record
from blog.moderation.decisions import is_in_force, latest

BATCH_SIZE = 100
"""How many comments one transaction decides on, so that other writers never wait long."""

# A constant, because the worker asks this twice a second.
_RUNNING = (
    select(BulkDecision.id)
    .where(BulkDecision.finished_at.is_(None), BulkDecision.to_status.is_not(None))
    .order_by(BulkDecision.id)
)


def run_batch(bulk_id: int) -> bool:
    """Decide on the next members of a bulk decision; return whether there may be more.

    It ends when the moderator who started it may no longer decide.
    """
    waiting = (BulkMember.bulk_id == bulk_id, BulkMember.outcome == MemberOutcome.WAITING)
    with write_transaction(db.session()) as session:
        # First the log, later the articles (in _comments()), as all decisions do: another order could cause deadlocks.
        lock_log(session)
        bulk = locked(session, bulk_id)
        # Another process may have finished, stopped or undone it while this one waited for the lock.
        if not bulk.is_running:
            return False
        if not (bulk.moderator.is_active and bulk.moderator.can_decide):
            bulk.finished_at = utc_now()
            return False
        batch = select(BulkMember).where(*waiting).order_by(BulkMember.comment_id).limit(BATCH_SIZE)
        members = session.scalars(batch.execution_options(populate_existing=True)).all()
        _decide(session, bulk, members)
        if len(members) < BATCH_SIZE:
            bulk.finished_at = utc_now()
        return bulk.finished_at is None


def running() -> Sequence[int]:
    """The bulk decisions that have members to decide on, the oldest first."""
    return db.session.scalars(_RUNNING).all()


def _decide(session: Session, bulk: BulkDecision, members: Sequence[BulkMember]) -> None:
    if not members:
        return
    comments = _comments(session, [member.comment_id for member in members])
    agreed = {member.comment_id for member in members if _is_agreed(bulk, member, comments[member.comment_id])}
    if bulk.undoes_id is not None:
        moves = _moves_back(bulk, comments)
    else:
        read = [(member, comments[member.comment_id]) for member in members]
        moves = [Move(comment, str(bulk.to_status)) for member, comment in read if _is_as_chosen(bulk, member, comment)]
    new = record(session, moves, bulk.moderator, reason=bulk.reason, is_for_author=bulk.is_for_author, bulk=bulk)
    bulk.decided += len(new)
    decided = {decision.comment_id for decision in new}
    for member in members:
        id_ = member.comment_id
        member.outcome = (
            MemberOutcome.DECIDED if id_ in decided else MemberOutcome.AGREED if id_ in agreed else MemberOutcome.LEFT
        )


def _comments(session: Session, ids: Sequence[int]) -> dict[int, Comment]:
    """The comments as they are now, locked: other transactions that decide on them have ended, or wait for this one."""
    lock_articles(session, session.scalars(select(Comment.article_id).where(Comment.id.in_(ids)).distinct()).all())
    rows = select(Comment).where(Comment.id.in_(ids)).options(defer(Comment.body), defer(Comment.body_html))
    return {row.id: row for row in session.scalars(rows.execution_options(populate_existing=True))}


def _is_as_chosen(bulk: BulkDecision, member: BulkMember, comment: Comment) -> bool:
    is_same = (comment.revision, comment.version) == (member.revision, member.version)
    return is_same and comment.status == bulk.from_status


def _is_agreed(bulk: BulkDecision, member: BulkMember, comment: Comment) -> bool:
    """Whether the same text has the status already, because another moderator made the same decision."""
    return bulk.undoes_id is None and comment.revision == member.revision and comment.status == bulk.to_status


def _moves_back(bulk: BulkDecision, comments: Mapping[int, Comment]) -> list[Move]:
    """Undo the decisions that are still the newest ones, on comments that have not changed since."""
    return [
        Move(comments[comment_id], decision.from_status, decision)
        for comment_id, decision in latest(comments).items()
        if decision.bulk_id == bulk.undoes_id and is_in_force(decision, comments[comment_id])
    ]
