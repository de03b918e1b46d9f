"""Trains the spam classifier with decisions, and undoes what it learned from a decision that is no longer in force.

What was learned from a comment is stored with it. So learning twice changes nothing, and undoing subtracts exactly what
was added, even if the text has changed since.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from blog.comments.signals.models import LearnedComment, TokenStat
from blog.comments.signals.tokens import TOTAL
from blog.database import insert_into
from blog.extensions import db


@dataclass(frozen=True)
class Lesson:
    """What the newest decision says about a comment; ``is_spam`` is ``None`` if nothing can be learned from it."""

    comment_id: int
    decision_id: int
    is_spam: bool | None
    tokens: list[str]


def learn(session: Session, lesson: Lesson) -> bool:
    """Replace what was learned from a comment, in the transaction of ``session``; ``False`` if nothing changed."""
    former = session.get(LearnedComment, lesson.comment_id)
    # Another process may have learned from it meanwhile.
    if former is not None and former.decision_id >= lesson.decision_id:
        return False
    if former is not None:
        _count(session, former.tokens, former.is_spam, -1)
    tokens = lesson.tokens if lesson.is_spam is not None else []
    _count(session, tokens, lesson.is_spam, 1)
    # Also when nothing can be learned: without its decision, learned_until() would never get past this part of the log.
    session.merge(
        LearnedComment(
            comment_id=lesson.comment_id, decision_id=lesson.decision_id, is_spam=lesson.is_spam, tokens=tokens
        )
    )
    return True


def delete_learned_words(session: Session, comment_id: int) -> None:
    """Delete the words that were learned from an erased comment. The counts stay: they identify nobody."""
    session.execute(delete(LearnedComment).where(LearnedComment.comment_id == comment_id))


def learned_until() -> int:
    """The id of the newest decision that was learned from; 0 at the start."""
    return db.session.scalar(select(func.max(LearnedComment.decision_id))) or 0


def _count(session: Session, tokens: list[str], is_spam: bool | None, change: int) -> None:
    if is_spam is None or not tokens:
        return
    spam, ham = (change, 0) if is_spam else (0, change)
    rows = [{"token": token, "spam": spam, "ham": ham} for token in (TOTAL, *tokens)]
    added = insert_into(session, TokenStat)
    counted = added.on_conflict_do_update(
        index_elements=[TokenStat.token],
        set_={"spam": TokenStat.spam + added.excluded.spam, "ham": TokenStat.ham + added.excluded.ham},
    )
    # A list of rows for one small statement: a statement with all rows in it would be compiled anew for each comment.
    session.connection().execute(counted, rows)
