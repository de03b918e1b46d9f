"""Carries out bulk decisions, and reads what has become of them."""

from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.extensions import db
from blog.moderation.bulk_batches import run_batch
from blog.moderation.bulk_lifecycle import (
    Chosen,
)
from blog.moderation.bulk_models import BulkDecision, BulkMember
from blog.moderation.models import Decision


def chosen(comments: list[Comment]) -> list[Chosen]:
    return [Chosen(comment.id, comment.revision, comment.version) for comment in comments]


def run(bulk: BulkDecision) -> BulkDecision:
    """Carry it out to the end; the row as it is then."""
    while run_batch(bulk.id):
        pass
    db.session.rollback()
    db.session.refresh(bulk)
    return bulk


def statuses(comments: list[Comment]) -> list[str]:
    db.session.rollback()
    ids = [comment.id for comment in comments]
    return list(db.session.scalars(select(Comment.status).where(Comment.id.in_(ids)).order_by(Comment.id)))


def outcomes(bulk: BulkDecision) -> list[str]:
    db.session.rollback()
    query = select(BulkMember.outcome).where(BulkMember.bulk_id == bulk.id).order_by(BulkMember.comment_id)
    return list(db.session.scalars(query))


def log_rows() -> int:
    """The number of decisions in the log."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Decision)) or 0
