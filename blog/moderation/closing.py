"""Moderators close and reopen the comments on an article, or one thread.

Existing comments stay; new ones are refused.
"""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import update

from blog.cache.purges import purge
from blog.comments.models import Comment
from blog.content.cache_keys import thread_keys
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import account_log
from blog.moderation.account_log import AccountAction
from blog.moderation.blueprint import blueprint
from blog.moderation.models import Moderator
from blog.moderation.next_url import safe_next_url
from blog.moderation.sessions import moderator_or_401
from blog.moderation.views import COMMENT, comment_or_404
from blog.row_ids import MAX_ID


@blueprint.post(f"/articles/<int(max={MAX_ID}):article_id>/comments")
def close_comments(article_id: int) -> ResponseReturnValue:
    """Close or reopen the comments on an article."""
    db.get_or_404(Article, article_id)
    is_closed = "open" not in request.form
    set_comments_closed(article_id, moderator_or_401(), is_closed=is_closed)
    closed, opened = gettext("The comments on the article are closed."), gettext("The article takes comments again.")
    flash(closed if is_closed else opened, "notice")
    return redirect(safe_next_url(request.form.get("next")), 303)


def set_comments_closed(article_id: int, moderator: Moderator, *, is_closed: bool) -> None:
    """Close or reopen the comments on an article; do nothing if they are in that state already."""
    closed = Article.comments_closed_at.is_not(None)
    # The state is part of the condition: of two requests at once, one changes the row and writes the log, and the other
    # finds no row.
    change = update(Article).where(Article.id == article_id, ~closed if is_closed else closed)
    with write_transaction(db.session()) as session:
        changed = change.values(comments_closed_at=utc_now() if is_closed else None).returning(Article.title)
        title = session.scalar(changed)
        if title is None:
            return
        action = AccountAction.COMMENTS_CLOSED if is_closed else AccountAction.COMMENTS_OPENED
        account_log.record(session, action, None, moderator, title)
        purge(session, thread_keys(article_id), f"article {article_id}: {action}")


@blueprint.post(f"{COMMENT}/thread")
def close_thread(comment_id: int) -> ResponseReturnValue:
    """Close the thread that a comment is part of to replies, or reopen it if the form says so."""
    comment = comment_or_404(comment_id)
    is_closed = "open" not in request.form
    set_thread_closed(comment.root_id or comment.id, comment.article, moderator_or_401(), is_closed=is_closed)
    closed, opened = gettext("The thread is closed to replies."), gettext("The thread takes replies again.")
    flash(closed if is_closed else opened, "notice")
    return redirect(safe_next_url(request.form.get("next")), 303)


def set_thread_closed(root_id: int, article: Article, moderator: Moderator, *, is_closed: bool) -> None:
    """Close or reopen the thread that begins with ``root_id``; do nothing if it is in that state already."""
    closed = Comment.thread_closed_at.is_not(None)
    change = update(Comment).where(Comment.id == root_id, ~closed if is_closed else closed)
    with write_transaction(db.session()) as session:
        changed = change.values(thread_closed_at=utc_now() if is_closed else None).returning(Comment.id)
        if session.scalar(changed) is None:
            return
        action = AccountAction.THREAD_CLOSED if is_closed else AccountAction.THREAD_OPENED
        account_log.record(session, action, None, moderator, f"/moderation/comments/{root_id}")
        purge(session, thread_keys(article.id), f"comment {root_id}: {action}")
