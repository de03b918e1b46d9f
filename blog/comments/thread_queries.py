"""The statements that read threads. They are built once, because building one takes longer than running it."""

from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, String, bindparam, func, select, tuple_, union_all
from sqlalchemy.orm import aliased

from blog.comments.models import Comment, CommentRevision
from blog.database import UTCDateTime

PAGE_SIZE = 50
"""How many comments a page shows, including replies."""
INLINE_REPLIES = 8
"""How many replies of a thread the article's page shows. Longer threads have a page of their own."""

Shown = Select[*tuple[Any, ...]]
"""Selects the columns that :mod:`blog.comments.presenter` reads."""

_ARTICLE = bindparam("article_id", type_=Integer())
_ROOT = bindparam("root_id", type_=Integer())
_PATH = bindparam("path", type_=String())
_LIMIT = bindparam("limit", type_=Integer())


@cache
def roots(*, backwards: bool, starts: bool, includes_start: bool = True) -> Select[int, int]:
    """Ids and reply counts of top-level comments, by time; ``starts`` limits them to those from a given comment on."""
    # Compared as a row value, so that both databases find the place in ix_comment_thread and read on from there.
    key = tuple_(Comment.submitted_at, Comment.id)
    query = select(Comment.id, Comment.reply_count).where(Comment.article_id == _ARTICLE, Comment.IS_THREAD)
    if starts:
        start = tuple_(bindparam("submitted_at", type_=UTCDateTime()), bindparam("start_id", type_=Integer()))
        beyond = key < start if backwards else key > start
        query = query.where((key <= start if backwards else key >= start) if includes_start else beyond)
    order = (Comment.submitted_at, Comment.id)
    return query.order_by(*(column.desc() if backwards else column for column in order)).limit(_LIMIT)


@cache
def with_replies(long_threads: int) -> Shown:
    """The comments ``roots``, all replies to the roots ``short``, and the first replies to each of the long threads."""
    ids = bindparam("roots", expanding=True, type_=Integer())
    short = bindparam("short", expanding=True, type_=Integer())
    parts = [
        select(Comment.id).where(Comment.id.in_(ids)),
        select(Comment.id).where(Comment.root_id.in_(short), Comment.IS_REPLY),
    ]
    # A limit for each long thread, so that only its first replies are read from the index. The subquery is for SQLite,
    # which allows no ORDER BY in a part of a UNION.
    for number in range(long_threads):
        root = bindparam(f"long_{number}", type_=Integer())
        first = select(Comment.id).where(Comment.root_id == root, Comment.IS_REPLY).order_by(Comment.path)
        parts.append(select(first.limit(INLINE_REPLIES).subquery().c.id))
    return _shown(union_all(*parts))


@cache
def replies() -> Shown:
    """A top-level comment and the replies in its thread, starting at a path."""
    page = select(Comment.id).where(Comment.root_id == _ROOT, Comment.IS_REPLY, Comment.path >= _PATH)
    page = page.order_by(Comment.path).limit(_LIMIT)
    root = select(Comment.id).where(Comment.id == _ROOT, Comment.article_id == _ARTICLE, Comment.root_id.is_(None))
    return _shown(union_all(root, select(page.subquery().c.id)))


@cache
def earlier_replies() -> Select[int]:
    """The ids of replies before a path, the nearest first."""
    query = select(Comment.id).where(Comment.root_id == _ROOT, Comment.IS_REPLY, Comment.path < _PATH)
    return query.order_by(Comment.path.desc()).limit(_LIMIT)


@cache
def one() -> Shown:
    """One comment of an article."""
    id_ = bindparam("comment_id", type_=Integer())
    return _shown(select(Comment.id).where(Comment.id == id_, Comment.article_id == _ARTICLE))


@cache
def newest() -> Shown:
    """The newest public comments of an article, the newest first."""
    order = (Comment.submitted_at.desc(), Comment.id.desc())
    ids = select(Comment.id).where(Comment.article_id == _ARTICLE, Comment.IS_PUBLIC).order_by(*order).limit(_LIMIT)
    return _shown(ids).order_by(*order)


def _shown(ids: Select[int] | CompoundSelect[int]) -> Shown:
    """The columns of the comments with these ids. While an edit waits, the text is the one approved before."""
    wanted = ids.subquery()
    parent = aliased(Comment, name="parent")
    revision = CommentRevision
    return (
        select(
            *(Comment.id, Comment.article_id, Comment.parent_id, Comment.root_id, Comment.path, Comment.reply_count),
            *(Comment.status, Comment.approved_revision, Comment.author_role, Comment.name, Comment.website),
            *(Comment.email, Comment.submitted_at, Comment.edited_at, Comment.edited_by_moderator),
            Comment.thread_closed_at,
            func.coalesce(revision.body_html, Comment.body_html).label("body_html"),
            parent.name.label("parent_name"),
            parent.status.label("parent_status"),
            parent.approved_revision.label("parent_approved_revision"),
        )
        .join(wanted, wanted.c.id == Comment.id)
        .outerjoin(revision, (revision.comment_id == Comment.id) & (revision.revision == Comment.approved_revision))
        .outerjoin(parent, parent.id == Comment.parent_id)
    )
