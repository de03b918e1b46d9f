"""The cards that a script of the queue inserts into its page after a bulk decision."""

from dataclasses import dataclass

from sqlalchemy import select

from blog.comments.models import Comment
from blog.extensions import db
from blog.moderation import messages
from blog.moderation.bulk_models import BulkDecision, BulkMember, MemberOutcome
from blog.moderation.cards import Card, make_cards
from blog.moderation.decisions import CommentChanged, latest
from blog.moderation.messages import Message
from blog.moderation.models import Decision
from blog.moderation.queue import with_article

MAX_CARDS = 100


@dataclass(frozen=True)
class BulkCard:
    """A comment with its newest decision, and with its card and a message if it still needs a decision."""

    comment: Comment
    decision: Decision | None
    card: Card | None = None
    message: Message | None = None


def bulk_cards(bulk: BulkDecision) -> list[BulkCard]:
    """The results for at most ``MAX_CARDS`` members, read with a fixed number of statements."""
    rows = select(BulkMember.comment_id, BulkMember.outcome).where(BulkMember.bulk_id == bulk.id)
    outcomes = dict(db.session.execute(rows.order_by(BulkMember.comment_id).limit(MAX_CARDS)).all())
    comments = db.session.scalars(with_article().where(Comment.id.in_(outcomes)).order_by(Comment.id)).all()
    decisions = latest(outcomes)
    is_open = [
        comment for comment in comments if bulk.undoes_id is not None or outcomes[comment.id] == MemberOutcome.LEFT
    ]
    cards = {card.comment.id: card for card in make_cards(is_open)}
    found = []
    for comment in comments:
        decision, card = decisions.get(comment.id), cards.get(comment.id)
        is_left = outcomes[comment.id] == MemberOutcome.LEFT
        message = messages.changed(CommentChanged(comment, decision)) if is_left else None
        found.append(BulkCard(comment, decision, card, message))
    return found
