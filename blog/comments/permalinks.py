"""Finds the page that shows a comment, without reading the pages before it."""

from flask import url_for
from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.comments.thread_paging import Order, first_page_ids, thread_url
from blog.comments.thread_queries import INLINE_REPLIES, PAGE_SIZE
from blog.content.models import Article
from blog.extensions import db


def comment_url(article: Article, comment_id: int) -> str:
    """The URL that shows the comment; the URL of all comments if readers do not see it."""
    comment = _find(article, comment_id)
    if comment is None:
        return thread_url(article, Order.OLDEST)
    root = _find(article, comment.root_id) if comment.root_id else comment
    if root is not None and root.reply_count > INLINE_REPLIES and comment is not root:
        rank = _rank(comment)
        if rank >= INLINE_REPLIES:
            # Any reply can begin a page. So a reply after the first page begins its own; its rank is not needed.
            start = comment.id if rank >= PAGE_SIZE else None
            return _with_anchor(_replies_url(article, root, start), comment)
    root_id = comment.root_id or comment.id
    # Any thread can begin a page, too, so the threads before it are not counted.
    start = None if root_id in first_page_ids(article) else root_id
    return _with_anchor(thread_url(article, Order.OLDEST, start), comment)


def _find(article: Article, comment_id: int) -> Comment | None:
    comment = db.session.get(Comment, comment_id)
    is_shown = comment is not None and comment.article_id == article.id and (comment.is_public or comment.reply_count)
    return comment if is_shown else None


def _rank(comment: Comment) -> int:
    """How many comments come before a reply in its thread, counted up to one page."""
    before = select(Comment.id).where(Comment.root_id == comment.root_id, Comment.IS_REPLY, Comment.path < comment.path)
    return db.session.scalar(select(func.count()).select_from(before.limit(PAGE_SIZE).subquery())) or 0


def _replies_url(article: Article, root: Comment, start: int | None) -> str:
    address = url_for("comments.replies", slug=article.slug, comment_id=root.id)
    return f"{address}?from={start}" if start else address


def _with_anchor(address: str, comment: Comment) -> str:
    return f"{address.partition('#')[0]}#comment-{comment.id}"
