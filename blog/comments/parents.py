"""The comment that a form replies to."""

from sqlalchemy import select

from blog.comments import thread_queries as queries
from blog.comments.forms import MAX_ID, MAX_PARENT, CommentForm
from blog.comments.models import Comment
from blog.comments.presenter import ShownComment, shown_comments
from blog.content.models import Article
from blog.extensions import db


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
    parent_id = parse_id(form.parent.data)
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
    parent_id = parse_id(form.parent.data or "")
    if parent_id is None:
        return None
    rows = db.session.execute(queries.one(), {"comment_id": parent_id, "article_id": article.id})
    shown = next(iter(shown_comments(article.slug, rows)), None)
    return shown if shown is not None and shown.is_public else None


def parse_id(text: str) -> int | None:
    """The number in ``text``; ``None`` if it could not be the id of a row."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MAX_PARENT
    return int(text) if is_number and 0 < int(text) <= MAX_ID else None
