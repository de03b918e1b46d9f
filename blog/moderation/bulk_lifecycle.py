"""Bulk decisions: chosen on a page or from a whole view of the queue, started, stopped and undone.

The comments are fixed when they are chosen: each member is a row with the comment's revision and version then.
:mod:`blog.moderation.bulk_batches` decides on them.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from blog.comments.models import Comment, Status
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.bulk_models import BulkDecision, BulkMember, MemberOutcome
from blog.moderation.decisions import TransitionRefused, targets
from blog.moderation.models import Decision, Moderator
from blog.moderation.queue_filter import QueueFilter

MAX_MEMBERS = 10_000
PROPOSAL_KEPT = timedelta(days=1)
MEMBER_COLUMNS = ("bulk_id", "comment_id", "revision", "version", "outcome")


class Chosen(NamedTuple):
    """A comment as it was on the page where it was chosen."""

    comment_id: int
    revision: int
    version: int


class UnknownComments(Exception):
    """Some of the chosen comments do not exist; nothing was written."""


class BulkChanged(Exception):
    """The bulk decision is no longer in the state that the request is about; nothing was written."""


def choose(
    chosen: Sequence[Chosen],
    *,
    was: Status,
    to: Status,
    moderator: Moderator,
    reason: str = "",
    is_for_author: bool = False,
) -> BulkDecision:
    """Start a decision on the comments that a moderator chose on a page that showed the status ``was``.

    A choice that is sent again, because its answer was lost, returns the decision that it has started already.

    :raises TransitionRefused: comments do not go from ``was`` to ``to``.
    :raises UnknownComments: some of them do not exist.
    """
    if to not in targets(was):
        raise TransitionRefused(was, to)
    members = {member.comment_id: member for member in chosen}
    with write_transaction(db.session()) as session:
        # On PostgreSQL, two that are sent at the same moment both find nothing. The second one then changes no comment:
        # its batches find that each has the wanted status already.
        earlier = _sent_before(session, set(members.values()), to, moderator)
        if earlier is not None:
            return earlier
        bulk = _new(session, moderator, was, to_status=to, reason=reason, is_for_author=is_for_author)
        bulk.started_at, bulk.total = bulk.created_at, len(members)
        session.flush()
        rows = [
            {"bulk_id": bulk.id, "outcome": MemberOutcome.WAITING, **member._asdict()} for member in members.values()
        ]
        known = session.scalars(select(Comment.id).where(Comment.id.in_(members))).all()
        if len(known) < len(rows):
            raise UnknownComments
        session.execute(insert(BulkMember), rows)
    return bulk


def propose(view: QueueFilter, moderator: Moderator) -> BulkDecision:
    """Store which comments a view of the queue shows now, at most ``MAX_MEMBERS``; nothing is decided."""
    with write_transaction(db.session()) as session:
        # Within the transaction, because on PostgreSQL this may set the memory for the search below (SET LOCAL).
        conditions = view.prepare_conditions()
        bulk = _new(session, moderator, view.status, view=urlencode(view.arguments))
        session.flush()
        values = (literal(bulk.id), Comment.id, Comment.revision, Comment.version, literal(str(MemberOutcome.WAITING)))
        first = select(*values).where(*conditions).order_by(*view.order).limit(MAX_MEMBERS)
        session.execute(insert(BulkMember).from_select(MEMBER_COLUMNS, first))
        # On PostgreSQL, the view can change after that statement. So the members are counted, not the view.
        members = select(BulkMember.comment_id).where(BulkMember.bulk_id == bulk.id)
        bulk.total = session.scalar(select(func.count()).select_from(members.subquery())) or 0
        if bulk.total == MAX_MEMBERS:
            others = select(Comment.id).where(*conditions, Comment.id.not_in(members)).limit(1)
            bulk.is_capped = session.scalar(others) is not None
    return bulk


def start(bulk_id: int, *, to: Status, moderator: Moderator, reason: str = "", is_for_author: bool = False) -> None:
    """Start a proposed decision, on behalf of ``moderator``.

    :raises BulkChanged: it has been started already.
    :raises TransitionRefused: its comments do not go to ``to``.
    """
    with write_transaction(db.session()) as session:
        bulk = locked(session, bulk_id)
        # A proposal can be stopped, although no page offers that. Started afterwards, it would never run.
        if not bulk.is_proposed or bulk.finished_at is not None:
            raise BulkChanged
        if to not in targets(bulk.from_status):
            raise TransitionRefused(bulk.from_status, to)
        bulk.to_status, bulk.reason, bulk.is_for_author = to, reason, is_for_author
        bulk.moderator_id, bulk.started_at = moderator.id, utc_now()


def stop(bulk_id: int) -> None:
    """Decide on no more members; earlier decisions stay."""
    with write_transaction(db.session()) as session:
        bulk = locked(session, bulk_id)
        bulk.finished_at = bulk.finished_at or utc_now()


def undo_bulk(bulk_id: int, *, moderator: Moderator) -> BulkDecision:
    """Start to undo a bulk decision: a new one refers to it. If it is still running, it is stopped first.

    :returns: the new one, or the existing one if it was undone before.
    :raises BulkChanged: nothing was decided that could be undone.
    """
    with write_transaction(db.session()) as session:
        undone = locked(session, bulk_id)
        existing = session.scalar(select(BulkDecision).where(BulkDecision.undoes_id == undone.id))
        if existing is not None:
            return existing
        if undone.to_status is None or not undone.decided:
            raise BulkChanged
        # Batches take the same lock, so none can decide on another member after the list below is made.
        undone.finished_at = undone.finished_at or utc_now()
        bulk = _new(session, moderator, undone.to_status, to_status=undone.from_status, undoes_id=undone.id)
        bulk.started_at, bulk.total, bulk.view = bulk.created_at, undone.decided, undone.view
        session.flush()
        # An undo compares no versions, but looks at the newest decision on each comment. The column must have a value.
        values = (
            literal(bulk.id),
            Decision.comment_id,
            Decision.revision,
            literal(0),
            literal(str(MemberOutcome.WAITING)),
        )
        decided = select(*values).where(Decision.bulk_id == undone.id)
        session.execute(insert(BulkMember).from_select(MEMBER_COLUMNS, decided))
    return bulk


def prune_proposals() -> None:
    """Delete proposals that nobody has started for ``PROPOSAL_KEPT``."""
    old = (BulkDecision.to_status.is_(None), BulkDecision.created_at < utc_now() - PROPOSAL_KEPT)
    with write_transaction(db.session()) as session:
        # The foreign key deletes the members with it. If they were deleted first, a proposal that is started meanwhile
        # would stay without them.
        session.execute(delete(BulkDecision).where(*old))


def locked(session: Session, bulk_id: int) -> BulkDecision:
    """The row, locked until the transaction ends, so that its batches and changes run one after the other."""
    return session.get_one(BulkDecision, bulk_id, populate_existing=True, with_for_update=True)


def _sent_before(
    session: Session, members: Collection[Chosen], to: Status, moderator: Moderator
) -> BulkDecision | None:
    """The newest decision ``to`` on the same comments in the same versions: a comment that was decided has another."""
    # An index finds the decisions on one of the members, and any member will do: all are compared below.
    found = (
        select(BulkDecision)
        .join(BulkMember)
        .where(BulkMember.comment_id == min(members).comment_id, BulkDecision.moderator_id == moderator.id)
        .where(BulkDecision.to_status == to, BulkDecision.undoes_id.is_(None))
        .order_by(BulkDecision.id.desc())
        .limit(1)
    )
    earlier = session.scalar(found)
    if earlier is None:
        return None
    columns = (BulkMember.comment_id, BulkMember.revision, BulkMember.version)
    rows = session.execute(select(*columns).where(BulkMember.bulk_id == earlier.id))
    return earlier if {Chosen(*row) for row in rows} == members else None


def _new(session: Session, moderator: Moderator, was: str, **values: object) -> BulkDecision:
    bulk = BulkDecision(moderator_id=moderator.id, from_status=was, created_at=utc_now(), **values)
    session.add(bulk)
    return bulk
