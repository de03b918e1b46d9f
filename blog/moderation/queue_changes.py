"""The changes since a page of the queue was rendered, with which its script updates it."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from blog.comments.models import Comment
from blog.comments.search import prepare_search
from blog.extensions import db
from blog.moderation.cards import Card, make_cards
from blog.moderation.decisions import targets
from blog.moderation.models import Decision
from blog.moderation.queue import Marks, with_article, with_comment
from blog.moderation.queue_filter import QueueFilter

MAX_CHANGES = 100
"""Maximum number of decisions in one response; the next response has the rest."""
MAX_NEW = 200
"""The number of newest comments among which new ones are counted."""


@dataclass(frozen=True)
class Changes:
    """New decisions, cards of comments that are open again, and the number of new comments."""

    decided: list[Decision]
    reopened: list[tuple[Card, Decision]]
    arrived: int
    marks: Marks

    @property
    def is_nothing(self) -> bool:
        """Whether the page is up to date."""
        return not (self.decided or self.reopened or self.arrived)


def changes_since(wanted: QueueFilter, decision_id: int, comment_id: int) -> Changes:
    """The decisions after ``decision_id``, and the number of comments of ``wanted`` after ``comment_id``."""
    query = with_comment().where(Decision.id > decision_id).order_by(Decision.id).limit(MAX_CHANGES)
    newest = {decision.comment_id: decision for decision in db.session.scalars(query)}
    undone = {id_: decision for id_, decision in newest.items() if decision.undoes_id is not None}
    last = max((decision.id for decision in newest.values()), default=decision_id)
    return Changes(
        decided=[decision for decision in newest.values() if decision.undoes_id is None],
        reopened=[(card, undone[card.comment.id]) for card in _cards(list(undone))],
        arrived=_arrived(wanted, comment_id),
        marks=Marks(last, comment_id),
    )


def _cards(ids: list[int]) -> list[Card]:
    if not ids:
        return []
    comments = db.session.scalars(with_article().where(Comment.id.in_(ids))).all()
    return make_cards([comment for comment in comments if targets(comment.status)])


def _arrived(wanted: QueueFilter, comment_id: int) -> int:
    # Reads the newest ids and checks the conditions on them: an index of the conditions would read all waiting ones.
    newer = select(Comment.id).where(Comment.id > comment_id).order_by(Comment.id).limit(MAX_NEW).subquery("newer")
    conditions = wanted.with_words("").prepare_conditions()
    if wanted.words:
        conditions = (*conditions, prepare_search(wanted.query, wanted.status, after=comment_id))
    is_wanted = exists().where(Comment.id == newer.c.id, *conditions)
    return db.session.scalar(select(func.count()).select_from(newer).where(is_wanted)) or 0
