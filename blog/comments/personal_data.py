"""All comments of one mail address: exported as JSON, or erased (GDPR, articles 15, 17 and 20)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload

from blog.comments.erasure import erase_batch
from blog.comments.models import Comment, CommentRevision
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db

BATCH_SIZE = 100


def comments_of(email: str) -> Select[Comment]:
    """The comments that were sent with this mail address, ignoring case, the oldest first."""
    is_same = Comment.email_key == email.casefold()
    article = joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    query = select(Comment).where(is_same, Comment.HAS_EMAIL).order_by(Comment.id).options(article)
    return query.execution_options(populate_existing=True)


def exported(email: str) -> Iterator[dict[str, Any]]:
    """Everything that is stored about the comments of ``email``, one JSON object per comment."""
    for comment in db.session.scalars(comments_of(email)).yield_per(BATCH_SIZE):
        revisions = select(CommentRevision).where(CommentRevision.comment_id == comment.id)
        yield {
            "id": comment.id,
            "article": comment.article.slug,
            "in_reply_to": comment.parent_id,
            "status": comment.status,
            "decided_at": comment.decided_at and comment.decided_at.isoformat(),
            "held_reason": comment.held_reason,
            "withdrawn_at": comment.withdrawn_at and comment.withdrawn_at.isoformat(),
            "withdrawn_from": comment.withdrawn_from,
            "author_role": comment.author_role,
            "name": comment.name,
            "email": comment.email,
            "website": comment.website,
            "text": comment.body,
            "submitted_at": comment.submitted_at.isoformat(),
            "edited_at": comment.edited_at and comment.edited_at.isoformat(),
            "edited_by_moderator": comment.edited_by_moderator,
            "mail_wanted": comment.mail_wanted,
            "email_confirmed_at": comment.email_confirmed_at and comment.email_confirmed_at.isoformat(),
            "network": comment.network,
            "user_agent": comment.user_agent,
            "accept_language": comment.accept_language,
            "reason": comment.author_reason,
            "checks": [
                {"name": signal.name, "weight": signal.weight, "details": signal.details} for signal in comment.signals
            ],
            "earlier_texts": [
                {"text": revision.body, "written_at": revision.created_at.isoformat()}
                for revision in db.session.scalars(revisions.order_by(CommentRevision.revision))
            ],
        }


def erase_all(email: str) -> int:
    """Erase the comments of ``email``, one transaction per batch; return how many were erased."""
    erased = 0
    while True:
        with write_transaction(db.session()) as session:
            # Erased comments have no address, so the next batch begins with those that are left.
            done = erase_batch(session, session.scalars(comments_of(email).limit(BATCH_SIZE)).all())
        if not done:
            return erased
        erased += done
