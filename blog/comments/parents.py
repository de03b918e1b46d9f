"""The comment that a form replies to."""

from sqlalchemy import select

from blog.comments import thread_queries as queries
from blog.comments.forms import CommentForm
from blog.comments.models import Comment
from blog.comments.presenter import ShownComment, shown_comments
from blog.content.models import Article
from blog.extensions import db
from blog.row_ids import row_id


class ParentNotShown(Exception):
    """The comment that a reply was written to is not public, or is under another article."""


class ThreadClosed(Exception):
    """A moderator closed the thread that a reply was written for."""


def find_parent(article: Article, form: CommentForm) -> Comment | None:
    """The comment under ``article`` that ``form`` replies to; ``None`` if it replies to the article.

    :raises ParentNotShown: readers do not see that comment.
    :raises ThreadClosed: its thread takes no more replies.
    """
    if not form.parent.data:
        return None
    parent_id = _parent_id(form)
    # Read again even if the session has it: a moderator may have hidden it since the form was shown.
    parent = db.session.get(Comment, parent_id, populate_existing=True) if parent_id else None
    if parent is None or parent.article_id != article.id or not parent.is_public:
        raise ParentNotShown
    if is_thread_closed(parent.root_id or parent.id):
        raise ThreadClosed
    return parent


def is_thread_closed(root_id: int) -> bool:
    """Whether the thread that begins with the comment ``root_id`` takes no more replies."""
    return db.session.scalar(select(Comment.thread_closed_at).where(Comment.id == root_id)) is not None


def shown_parent(article: Article, form: CommentForm) -> ShownComment | None:
    """The comment that ``form`` replies to, as readers see it; ``None`` without a parent, or if it is not public."""
    parent_id = _parent_id(form)
    if parent_id is None:
        return None
    rows = db.session.execute(queries.one(), {"comment_id": parent_id, "article_id": article.id})
    shown = next(iter(shown_comments(article.slug, rows)), None)
    return shown if shown is not None and shown.is_public else None


def _parent_id(form: CommentForm) -> int | None:
    try:
        return row_id(form.parent.data or "")
    except ValueError:
        return None
