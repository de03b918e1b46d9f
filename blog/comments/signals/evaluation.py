"""Compares the scores of the spam classifier with moderators' decisions: precision and recall."""

from dataclasses import dataclass

from sqlalchemy import select

from blog.comments.models import CommentSignal
from blog.comments.signals.classifier import SUSPICIOUS
from blog.comments.signals.models import LearnedComment
from blog.extensions import db


@dataclass(frozen=True)
class Measure:
    """How well the learned score predicted moderators' decisions."""

    decisions: int
    right: int
    """The score and the moderator both called it spam."""
    wrong: int
    """The score called it spam, and the moderator approved it."""
    missed: int
    """The score did not call it spam, but the moderator did."""

    @property
    def precision(self) -> float | None:
        """The share of correct answers among those that called a comment spam; ``None`` if there were none."""
        called = self.right + self.wrong
        return self.right / called if called else None

    @property
    def recall(self) -> float | None:
        """The share of the spam that the score found; ``None`` if there was no spam."""
        spam = self.right + self.missed
        return self.right / spam if spam else None


def measure(count: int) -> Measure:
    """Compare the scores of the last ``count`` decided comments, as stored with each, with the decisions."""
    query = (
        select(LearnedComment.is_spam, CommentSignal.details)
        .join(CommentSignal, CommentSignal.comment_id == LearnedComment.comment_id)
        .where(CommentSignal.name == "learned", LearnedComment.is_spam.is_not(None))
        .order_by(LearnedComment.decision_id.desc())
        .limit(count)
    )
    pairs = [(is_spam, details["score"] >= SUSPICIOUS) for is_spam, details in db.session.execute(query)]
    return Measure(
        decisions=len(pairs),
        right=pairs.count((True, True)),
        wrong=pairs.count((False, True)),
        missed=pairs.count((True, False)),
    )
