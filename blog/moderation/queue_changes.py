"""The changes since a page of the queue was rendered, with which its script updates it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import exists, func, select

from blog.comments.models import Comment
from blog.comments.search import prepare_search
from blog.extensions import db
from blog.moderation.cards import Card, make_cards
from blog.moderation.decisions import reply_decisions, targets
from blog.moderation.models import Decision
from blog.moderation.queue import Marks, with_article, with_comment
from blog.moderation.queue_filter import QueueFilter

MAX_CHANGES = 100
"""Maximum number of decisions in one response; the next response has the rest."""
MAX_NEW = 200
"""The number of newest comments among which new ones are counted."""


class Reopened(NamedTuple):
    """A comment that was decided on and is open again."""

    card: Card
    decision: Decision
    """The undo."""
    reply_decision: Decision | None
    """What the undo did to the reply that was published with the comment."""


@dataclass(frozen=True)
class Changes:
    """New decisions, cards of comments that are open again, and the number of new comments."""

    decided: list[Decision]
    reopened: list[Reopened]
    arrived: int
    marks: Marks

    @property
    def is_nothing(self) -> bool:
        """Whether the page is up to date."""
        return not (self.decided or self.reopened or self.arrived)


def changes_since(wanted: QueueFilter, decision_id: int, comment_id: int) -> Changes:
    """The decisions after ``decision_id``, and the number of comments of ``wanted`` after ``comment_id``."""
    # No smaller id can be committed later: transactions that decide wait for each other (``lock_log``).
    query = with_comment().where(Decision.id > decision_id).order_by(Decision.id).limit(MAX_CHANGES)
    # In the order of the ids, so that a comment's newest decision replaces the earlier ones.
    newest = {decision.comment_id: decision for decision in db.session.scalars(query)}
    undone = {id_: decision for id_, decision in newest.items() if decision.undoes_id is not None}
    last = max((decision.id for decision in newest.values()), default=decision_id)
    return Changes(
        decided=[decision for decision in newest.values() if decision.undoes_id is None],
        reopened=_reopened(undone),
        arrived=_arrived(wanted, comment_id),
        marks=Marks(last, comment_id),
    )


def _reopened(undone: Mapping[int, Decision]) -> list[Reopened]:
    """The comments of ``undone``, which has the newest decision on each by its id, that can be decided on."""
    if not undone:
        return []
    comments = db.session.scalars(with_article().where(Comment.id.in_(undone))).all()
    cards = make_cards([comment for comment in comments if targets(comment.status)])
    replies = reply_decisions([decision.id for decision in undone.values()])
    decisions = [undone[card.comment.id] for card in cards]
    return [Reopened(card, decision, replies.get(decision.id)) for card, decision in zip(cards, decisions, strict=True)]


def _arrived(wanted: QueueFilter, comment_id: int) -> int:
    # Reads the newest ids and checks the conditions on them: an index of the conditions would read all waiting ones.
    newer = select(Comment.id).where(Comment.id > comment_id).order_by(Comment.id).limit(MAX_NEW).subquery("newer")
    conditions = wanted.with_words("").prepare_conditions()
    if wanted.words:
        conditions = (*conditions, prepare_search(wanted.query, wanted.status, after=comment_id))
    is_wanted = exists().where(Comment.id == newer.c.id, *conditions)
    return db.session.scalar(select(func.count()).select_from(newer).where(is_wanted)) or 0
