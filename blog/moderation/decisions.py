"""Decides on comments and undoes decisions.

Each change is one transaction: the comment's row changes only if it is still as the moderator read it, and the log gets
its row. So the log has exactly what happened, in the order in which it happened.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.decision_writer import Move, lock_log, record
from blog.moderation.models import Decision, Moderator

MAX_REASON = 500

TRANSITIONS: Mapping[str, tuple[Status, ...]] = {
    Status.PENDING: (Status.APPROVED, Status.REJECTED, Status.SPAM),
    Status.APPROVED: (Status.REJECTED, Status.SPAM),
    Status.REJECTED: (Status.APPROVED, Status.SPAM, Status.PENDING),
    Status.SPAM: (Status.PENDING,),
}
"""The possible decisions for each status, in the order of the buttons.

Spam goes back to the queue first, because “not spam” does not mean “approved”.
"""


@dataclass
class CommentChanged(Exception):
    """The comment has changed since it was read; nothing was written.

    ``comment`` is the comment as it is now, with its article; ``last`` is the newest decision on it with its moderator,
    or ``None`` when the change was not a decision.
    """

    comment: Comment
    last: Decision | None


@dataclass
class TransitionRefused(Exception):
    """A comment cannot change from the status ``was`` to ``to`` directly; nothing was written."""

    was: str
    to: str


@dataclass
class _Stale(Exception):
    """The comment is not as it was read."""

    comment_id: int


def targets(status: str) -> tuple[Status, ...]:
    """The statuses to which a comment with this status can change."""
    return TRANSITIONS.get(status, ())


@contextmanager
def decision_transaction() -> Iterator[Session]:
    """A write transaction for decisions, and for what is done together with them.

    :raises CommentChanged: a decision in the block found its comment changed.
    """
    try:
        with write_transaction(db.session()) as session:
            lock_log(session)
            yield session
    except _Stale as stale:
        # After the rollback, so that no lock is held, and what others have stored meanwhile is read.
        raise _changed(stale.comment_id) from None


def decide(
    comment_id: int,
    *,
    to: Status,
    revision: int,
    version: int,
    moderator: Moderator,
    reason: str = "",
    is_for_author: bool = False,
    within: Session | None = None,
) -> Decision | None:
    """Set the status ``to`` of a comment on behalf of ``moderator``, who read its ``revision``.

    :param version: the row's version that the moderator saw.
    :param reason: for the log, at most ``MAX_REASON`` characters.
    :param is_for_author: also show the reason on the receipt.
    :param within: the ``decision_transaction`` that it is part of; by default it is one of its own.
    :returns: the row of the log; ``None`` if the comment has that status already.
    :raises CommentChanged: revision or version have changed.
    :raises TransitionRefused: ``TRANSITIONS`` does not allow it.
    :raises sqlalchemy.exc.NoResultFound: there is no such comment.
    """
    with nullcontext(within) if within else decision_transaction() as session:
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        # On PostgreSQL, the comment's author may change the row after this. So the UPDATE compares both again.
        if (comment.revision, comment.version) != (revision, version):
            raise _Stale(comment_id)
        if comment.status == to:
            return None
        if to not in targets(comment.status):
            raise TransitionRefused(comment.status, to)
        return _record(session, Move(comment, to), moderator, reason, is_for_author=is_for_author)


def undo(decision_id: int, *, moderator: Moderator) -> Decision:
    """Undo the newest decision on a comment: a new decision refers to it and restores the earlier status.

    The reply that an approval was made with goes back to the queue, too.

    :raises CommentChanged: it is no longer the newest, or the text or the status has changed since.
    :raises sqlalchemy.exc.NoResultFound: there is no such decision.
    """
    with decision_transaction() as session:
        undone = session.get_one(Decision, decision_id)
        comment = session.get_one(Comment, undone.comment_id, populate_existing=True)
        newest = latest([comment.id])[comment.id]
        # The version is not compared, because withdrawing and restoring change it, and an undo is still possible then.
        if newest.id != undone.id or not is_in_force(undone, comment):
            raise _Stale(comment.id)
        decision = _record(session, Move(comment, undone.from_status, undone), moderator)
        _undo_reply(session, undone, decision, moderator)
        return decision


def is_in_force(decision: Decision, comment: Comment) -> bool:
    """Whether ``comment`` still has the status that ``decision`` gave it, and the same text.

    It is no longer in force after the author has withdrawn or edited the comment, or a check has changed its status.
    """
    return (comment.status, comment.revision) == (decision.to_status, decision.revision)


def reply_decisions(decision_ids: Collection[int]) -> dict[int, Decision]:
    """The decisions on replies that were made with these, by the ids of these."""
    decisions = db.session.scalars(select(Decision).where(Decision.accompanies_id.in_(decision_ids)))
    return {decision.accompanies_id: decision for decision in decisions if decision.accompanies_id is not None}


def undone_reply(decision: Decision) -> Decision | None:
    """What ``decision`` did to a reply, if it is the undo of an approval that was made with one."""
    return reply_decisions([decision.id]).get(decision.id) if decision.undoes_id is not None else None


def latest(comment_ids: Collection[int]) -> dict[int, Decision]:
    """The newest decision on each of these comments that has one, with its moderator, in one query."""
    # The highest id is the newest decision, because lock_log() has them stored in the order of their ids.
    ids = select(func.max(Decision.id)).where(Decision.comment_id.in_(comment_ids)).group_by(Decision.comment_id)
    decisions = db.session.scalars(
        select(Decision).where(Decision.id.in_(ids)).options(joinedload(Decision.moderator, innerjoin=True))
    )
    return {decision.comment_id: decision for decision in decisions}


def _undo_reply(session: Session, undone: Decision, undo: Decision, moderator: Moderator) -> None:
    """Undo the decision on the reply as well, unless its status was changed since."""
    published = reply_decisions([undone.id]).get(undone.id)
    if published is None or latest([published.comment_id])[published.comment_id].id != published.id:
        return
    reply = session.get_one(Comment, published.comment_id, populate_existing=True)
    if reply.status != published.to_status:
        return
    # It does not matter if nothing is recorded: then the reply has just changed, and stays as it is.
    record(session, [Move(reply, published.from_status, published, accompanies_id=undo.id)], moderator)


def _record(
    session: Session, move: Move, moderator: Moderator, reason: str = "", *, is_for_author: bool = False
) -> Decision:
    """Change one comment and write the log, unless another change came first."""
    decisions = record(session, [move], moderator, reason=reason, is_for_author=is_for_author)
    if not decisions:
        raise _Stale(move.comment.id)
    return decisions[0]


def _changed(comment_id: int) -> CommentChanged:
    comment = db.session.get_one(
        Comment,
        comment_id,
        options=[
            joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html)),
            selectinload(Comment.signals),
        ],
        populate_existing=True,
    )
    return CommentChanged(comment, latest([comment_id]).get(comment_id))
