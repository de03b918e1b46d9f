"""Learning from a decision, and taking back what was learned from one that no longer stands.

What was learned from a comment is stored with it. So doing this twice is the same as once, and an undone decision is
subtracted exactly, whatever has become of the text since.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from blog.comments.models import CommentSignal
from blog.comments.signals.learned import CERTAIN, SUSPICIOUS
from blog.comments.signals.models import LearnedComment, TokenStat
from blog.comments.signals.tokens import TOTAL
from blog.extensions import db

MEASURED = 500


@dataclass(frozen=True)
class Lesson:
    """What the newest decision on a comment teaches; nothing where ``is_spam`` is ``None``."""

    comment_id: int
    decision_id: int
    is_spam: bool | None
    tokens: list[str]


def learn(session: Session, lesson: Lesson) -> bool:
    """Replace what was learned from a comment, in the transaction of ``session``; ``False`` if nothing is new."""
    former = session.get(LearnedComment, lesson.comment_id)
    if former is not None and former.decision_id >= lesson.decision_id:
        return False
    if former is not None:
        _count(session, former.tokens, former.is_spam, -1)
    tokens = lesson.tokens if lesson.is_spam is not None else []
    _count(session, tokens, lesson.is_spam, 1)
    session.merge(
        LearnedComment(
            comment_id=lesson.comment_id, decision_id=lesson.decision_id, is_spam=lesson.is_spam, tokens=tokens
        )
    )
    return True


def forget_learned(session: Session, comment_id: int) -> None:
    """Delete the words that were learned from a comment that is erased. The counts stay: they name nobody."""
    session.execute(delete(LearnedComment).where(LearnedComment.comment_id == comment_id))


def learned_until() -> int:
    """The newest decision that was read; 0 at the start."""
    return db.session.scalar(select(func.max(LearnedComment.decision_id))) or 0


def _count(session: Session, tokens: list[str], is_spam: bool | None, change: int) -> None:
    if is_spam is None or not tokens:
        return
    spam, ham = (change, 0) if is_spam else (0, change)
    rows = [{"token": token, "spam": spam, "ham": ham} for token in (TOTAL, *tokens)]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = dialect.insert(TokenStat).values(rows)
    session.execute(
        added.on_conflict_do_update(
            index_elements=[TokenStat.token],
            set_={"spam": TokenStat.spam + added.excluded.spam, "ham": TokenStat.ham + added.excluded.ham},
        )
    )


@dataclass(frozen=True)
class Measure:
    """How the learned score did on comments that were decided on since: what it called spam, and what was spam."""

    decisions: int
    right: int
    """Called spam, and decided to be spam."""
    wrong: int
    """Called spam, and approved."""
    missed: int
    """Not called spam, and decided to be spam."""

    @property
    def precision(self) -> float | None:
        """The share of what was called spam that was spam; ``None`` where nothing was called spam."""
        called = self.right + self.wrong
        return self.right / called if called else None

    @property
    def recall(self) -> float | None:
        """The share of the spam that was called spam; ``None`` where there was no spam."""
        spam = self.right + self.missed
        return self.right / spam if spam else None


def measure(threshold: float = SUSPICIOUS, count: int = MEASURED) -> Measure:
    """How the score, as it was when each comment came in, did on the last ``count`` decisions, in one statement.

    :param threshold: from which score on a comment counts as called spam; ``CERTAIN`` is the other one that matters.
    """
    query = (
        select(LearnedComment.is_spam, CommentSignal.details)
        .join(CommentSignal, CommentSignal.comment_id == LearnedComment.comment_id)
        .where(CommentSignal.name == "learned", LearnedComment.is_spam.is_not(None))
        .order_by(LearnedComment.decision_id.desc())
        .limit(count)
    )
    pairs = [(is_spam, details["score"] >= threshold) for is_spam, details in db.session.execute(query)]
    return Measure(
        decisions=len(pairs),
        right=pairs.count((True, True)),
        wrong=pairs.count((False, True)),
        missed=pairs.count((True, False)),
    )


__all__ = ["CERTAIN", "SUSPICIOUS", "Lesson", "Measure", "forget_learned", "learn", "learned_until", "measure"]
