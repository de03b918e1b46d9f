"""An article's public comments, one page of threads at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from sqlalchemy import Row, select

from blog.comments import thread_queries as queries
from blog.comments.models import Comment
from blog.comments.presenter import ShownComment, nest, shown_comments
from blog.comments.thread_queries import INLINE_REPLIES, PAGE_SIZE
from blog.content.models import Article
from blog.extensions import db

Key = tuple[datetime, int]
"""The sort key of a top-level comment: its time and its id."""


class Order(StrEnum):
    """The order of threads. Within a thread, the oldest reply always comes first."""

    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True)
class Thread:
    """A page of an article's comments, with the URLs of the neighbouring pages or ``None``."""

    comments: list[ShownComment]
    order: Order = Order.OLDEST
    previous_url: str | None = None
    next_url: str | None = None


@dataclass(frozen=True)
class RepliesPage:
    """A page of one thread: its top-level comment, and some of the replies."""

    root: ShownComment
    previous_url: str | None = None
    next_url: str | None = None


def thread_url(article: Article, order: Order, start: int | None = None) -> str:
    """The URL of the page that begins with the top-level comment ``start``, by default of the first page."""
    named = None if order is Order.OLDEST else order.value
    return url_for("articles.show", slug=article.slug, comments=named, comments_from=start, _anchor="comments")


def thread(article: Article, order: Order = Order.OLDEST, start: int | None = None) -> Thread | None:
    """The page of comments from the top-level comment ``start`` on; ``None`` if there is no such comment."""
    if start is None and not article.comment_count:
        return Thread([], order)
    key = _key(article, start) if start is not None else None
    if start is not None and key is None:
        return None
    chosen, following = _take(_roots(article, backwards=order is Order.NEWEST, start=key))
    return Thread(
        comments=_load(article, chosen),
        order=order,
        previous_url=_previous_url(article, order, key) if key else None,
        next_url=thread_url(article, order, following) if following else None,
    )


def first_page_ids(article: Article) -> set[int]:
    """The ids of the top-level comments on the article's page."""
    chosen, _ = _take(_roots(article, backwards=False))
    return {row.id for row in chosen}


def replies_page(article: Article, root_id: int, start: int | None = None) -> RepliesPage | None:
    """The thread of a top-level comment, from the reply ``start`` on; ``None`` if readers do not see it."""
    is_start = (Comment.id == start, Comment.root_id == root_id)
    path = "" if start is None else db.session.scalar(select(Comment.path).where(*is_start))
    if path is None:
        return None
    values = {"article_id": article.id, "root_id": root_id, "path": path, "limit": PAGE_SIZE + 1}
    shown = shown_comments(article.slug, db.session.execute(queries.replies(), values))
    root = next((comment for comment in shown if comment.id == root_id), None)
    if root is None or not (root.is_public or root.reply_count):
        return None
    # The ORDER BY in the statement only chooses the replies; the join around it does not keep the order.
    replies = sorted((comment for comment in shown if comment is not root), key=lambda reply: reply.path)
    nest([root, *replies[:PAGE_SIZE]])
    following = f"{root.replies_url}?from={replies[PAGE_SIZE].id}" if len(replies) > PAGE_SIZE else None
    return RepliesPage(root, _previous_replies_url(root, path) if path else None, following)


def _key(article: Article, start: int) -> Key | None:
    # Readers need not see it any more: the address of a page works even if its first comment was hidden.
    is_start = (Comment.id == start, Comment.article_id == article.id, Comment.root_id.is_(None))
    row = db.session.execute(select(Comment.submitted_at, Comment.id).where(*is_start)).one_or_none()
    return (row.submitted_at, row.id) if row else None


def _roots(
    article: Article, *, backwards: bool, start: Key | None = None, includes_start: bool = True
) -> Sequence[Row[int, int]]:
    query = queries.roots(backwards=backwards, starts=start is not None, includes_start=includes_start)
    values: dict[str, object] = {"article_id": article.id, "limit": PAGE_SIZE + 1}
    if start is not None:
        values |= {"submitted_at": start[0], "start_id": start[1]}
    return db.session.execute(query, values).all()


def _take(candidates: Sequence[Row[int, int]]) -> tuple[list[Row[int, int]], int | None]:
    """The threads that fit on a page, at least one, and the id of the next one."""
    # Each thread takes one place or more, so PAGE_SIZE + 1 candidates are always enough.
    room = PAGE_SIZE
    for number, candidate in enumerate(candidates):
        room -= 1 + min(candidate.reply_count, INLINE_REPLIES)
        if room < 0 and number:
            return list(candidates[:number]), candidate.id
    return list(candidates), None


def _load(article: Article, chosen: Sequence[Row[int, int]]) -> list[ShownComment]:
    """The chosen threads, each with its first replies nested in it."""
    roots = [row.id for row in chosen]
    long = [row.id for row in chosen if row.reply_count > INLINE_REPLIES]
    short = [row.id for row in chosen if 0 < row.reply_count <= INLINE_REPLIES]
    values: dict[str, Any] = {"roots": roots, "short": short}
    values |= {f"long_{number}": root for number, root in enumerate(long)}
    shown = shown_comments(article.slug, db.session.execute(queries.with_replies(len(long)), values))
    place = {root: number for number, root in enumerate(roots)}
    shown.sort(key=lambda comment: (place[comment.root_id or comment.id], comment.path))
    top = nest(shown)
    for root in top:
        if root.reply_count > INLINE_REPLIES:
            # Empty places are on the page, too, but reply_count has only public replies.
            in_thread = sum(comment.root_id == root.id and comment.is_public for comment in shown)
            root.hidden_replies = root.reply_count - in_thread
    return top


def _previous_url(article: Article, order: Order, key: Key) -> str | None:
    backwards = order is Order.OLDEST
    before = _roots(article, backwards=backwards, start=key, includes_start=False)
    if not before:
        return None
    chosen, further = _take(before)
    # If nothing comes before it, that page is the first one, whose address names no start.
    return thread_url(article, order, chosen[-1].id if further else None)


def _previous_replies_url(root: ShownComment, path: str) -> str | None:
    values = {"root_id": root.id, "path": path, "limit": PAGE_SIZE + 1}
    before = db.session.scalars(queries.earlier_replies(), values).all()
    if not before:
        return None
    return f"{root.replies_url}?from={before[PAGE_SIZE - 1]}" if len(before) > PAGE_SIZE else root.replies_url
