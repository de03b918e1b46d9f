"""Replies by moderators and authors: published at once, and marked as theirs."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from blog.cache.purges import purge
from blog.comments.counts import count_comments, lock_articles
from blog.comments.look_alikes import skeleton
from blog.comments.models import AuthorRole, Comment, Status
from blog.comments.notices.triggers import enqueue_publication_mails
from blog.comments.receipts import token_hash
from blog.comments.thread_paths import add_comments
from blog.content.cache_keys import thread_keys
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from blog.markup import clean_comment
from blog.markup.comment import CLEANER_VERSION
from blog.moderation.decisions import decision_transaction
from blog.moderation.models import Decision, Moderator

SENT_AGAIN = timedelta(minutes=10)
"""The same text from the same moderator within this time is the same reply: a script sends it again when its answer
was lost, and a finger may press twice."""


@dataclass
class ReplyRefused(Exception):
    """The comment cannot be replied to, because readers do not see it; nothing was written."""

    comment: Comment


def _approve_nothing(_session: Session) -> None:
    """The comment is public already."""


def role_under(article: Article, moderator: Moderator) -> AuthorRole:
    """The role that marks a reply: the author's, if the account has the name of an author of the article."""
    names = {skeleton(author.name) for author in article.authors}
    return AuthorRole.AUTHOR if skeleton(moderator.name) in names else AuthorRole.MODERATOR


def reply(
    comment_id: int,
    body: str,
    *,
    moderator: Moderator,
    approve: Callable[[Session], Decision | None] = _approve_nothing,
) -> Comment:
    """Publish ``body`` as the moderator's reply to a public comment; the log has a decision for it.

    A reply that is sent again is not published again; the earlier one is returned.

    :param approve: publishes the comment in the same transaction and returns its decision. Undoing that decision undoes
        the reply, too.
    :param body: at most ``forms.MAX_BODY`` characters, as Markdown.
    :raises ReplyRefused: the comment is not public; then it is not approved either.
    :raises blog.markup.comment.TooComplex: the text would take too long to clean.
    :raises sqlalchemy.exc.NoResultFound: there is no such comment.
    """
    # Before the transaction, because cleaning can take 50 ms, and others who decide would wait for it.
    html = clean_comment(body).html
    with decision_transaction() as session:
        # Until the end of the transaction, the author cannot withdraw the comment: that needs this lock as well.
        lock_articles(session, [session.get_one(Comment, comment_id).article_id])
        # Before approve(), which would refuse the comment, because the first attempt has approved it already.
        earlier = _sent_before(session, comment_id, body, moderator)
        if earlier is not None:
            return earlier
        approval = approve(session)
        # Read again, because the object is from before the lock and before approve().
        parent = session.get_one(Comment, comment_id, populate_existing=True)
        if not parent.is_public:
            raise ReplyRefused(parent)
        comment = _comment(parent, moderator, body, html)
        add_comments(session, [comment], parent)
        # After add_comments(), because the path says which comments above it count the reply.
        count_comments(session, [comment], 1)
        enqueue_publication_mails(session, [comment])
        _log(session, comment, moderator, approval)
        purge(session, thread_keys(comment.article_id), f"comment {comment.id}: reply by a moderator")
    return comment


def _sent_before(session: Session, comment_id: int, body: str, moderator: Moderator) -> Comment | None:
    """The reply that is being sent again, if it is still public."""
    same = (Comment.parent_id == comment_id, Comment.moderator_id == moderator.id, Comment.body == body)
    return session.scalar(
        select(Comment).where(*same, Comment.IS_PUBLIC, Comment.submitted_at > utc_now() - SENT_AGAIN).limit(1)
    )


def _comment(parent: Comment, moderator: Moderator, body: str, html: str) -> Comment:
    article = db.session.scalars(select(Article).where(Article.id == parent.article_id)).one()
    return Comment(
        article_id=article.id,
        status=Status.APPROVED,
        name=moderator.name,
        email="",
        website="",
        body=body,
        body_html=html,
        cleaner_version=CLEANER_VERSION,
        submitted_at=utc_now(),
        network="",
        user_agent="",
        # A moderator has no receipt, and may send the same text to several comments.
        fingerprint=secrets.token_hex(32),
        receipt_token_hash=token_hash(secrets.token_urlsafe()),
        author_role=role_under(article, moderator),
        moderator_id=moderator.id,
    )


def _log(session: Session, comment: Comment, moderator: Moderator, approval: Decision | None) -> None:
    session.add(
        Decision(
            comment_id=comment.id,
            moderator_id=moderator.id,
            # The reply was never pending, but an undo restores this status, and so puts the text into the queue.
            from_status=Status.PENDING,
            to_status=Status.APPROVED,
            revision=comment.revision,
            reason="",
            decided_at=comment.submitted_at,
            accompanies_id=approval.id if approval else None,
        )
    )
