"""Comments as templates show them: nested, and without private data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Row

from blog.comments.identicons import identicon
from blog.comments.models import Status, is_public
from blog.comments.thread_paths import path_ids


@dataclass(frozen=True)
class ParentLink:
    """The parent of a reply; ``name`` is ``None`` if it is not public."""

    name: str | None
    url: str


@dataclass
class ShownComment:
    """A comment on a page. If it is not public, its name and text are empty and only its place is shown."""

    id: int
    parent_id: int | None
    root_id: int | None
    path: str
    reply_count: int
    is_public: bool
    is_edit_pending: bool
    """An edit waits, and readers see the text approved before it."""
    author_role: str
    name: str
    website: str
    identicon: Markup
    """An SVG; empty when identicons are switched off."""
    html: Markup
    submitted_at: datetime
    edited_at: datetime | None
    edited_by_moderator: bool
    url: str
    """Redirects to the page of the thread that shows the comment."""
    parent: ParentLink | None
    is_closed: bool
    """Its thread takes no more replies. Only ``nest`` sets it on replies."""
    in_reply_to: ParentLink | None = None
    """The parent, if the nesting does not show it."""
    hidden_replies: int = 0
    """How many replies in its thread are not on the page."""
    replies: list["ShownComment"] = field(default_factory=list)

    @property
    def reply_url(self) -> str:
        """The page with the form for a reply."""
        return f"{self.url}/reply"

    @property
    def replies_url(self) -> str:
        """The page of the whole thread."""
        return f"{self.url}/replies"


def shown_comments(slug: str, rows: Iterable[Row[Any]]) -> list[ShownComment]:
    """The comments of the article at ``slug`` from ``rows``, selected by :mod:`blog.comments.thread_queries`."""
    # One URL is built and the others are derived from it: a page has about a hundred of them.
    base = url_for("comments.submit", slug=slug)
    return [_shown(base, row) for row in rows]


def nest(comments: Sequence[ShownComment]) -> list[ShownComment]:
    """Put each reply below the comment that it is nested in; return the comments that are not nested.

    ``comments`` must be sorted by path, so that a reply comes after the comments that it is nested in.
    """
    known: dict[int, ShownComment] = {}
    top: list[ShownComment] = []
    for comment in comments:
        known[comment.id] = comment
        if comment.root_id in known:
            comment.is_closed = known[comment.root_id].is_closed
        # The nearest one may be on an earlier page; then the reply is nested in the next outer one.
        outer = next((known[id_] for id_ in _ancestors(comment) if id_ in known), None)
        if comment.parent is not None and (outer is None or outer.id != comment.parent_id):
            comment.in_reply_to = comment.parent
        (top if outer is None else outer.replies).append(comment)
    return top


def _ancestors(comment: ShownComment) -> list[int]:
    """The ids of the comments that ``comment`` is nested in, the nearest first."""
    # The last id in the path is the comment's own.
    ids = [*path_ids(comment.path)[-2::-1]]
    return ids if comment.root_id is None else [*ids, comment.root_id]


def _shown(base: str, row: Row[Any]) -> ShownComment:
    is_visible = is_public(row.status, row.approved_revision)
    return ShownComment(
        id=row.id,
        parent_id=row.parent_id,
        root_id=row.root_id,
        path=row.path,
        reply_count=row.reply_count,
        is_public=is_visible,
        is_edit_pending=is_visible and row.status == Status.PENDING,
        author_role=row.author_role if is_visible else "",
        name=row.name if is_visible else "",
        website=row.website if is_visible else "",
        identicon=identicon(row.name, row.email) if is_visible else Markup(),
        html=Markup(row.body_html if is_visible else ""),  # noqa: S704 - cleaned when it was written
        submitted_at=row.submitted_at,
        edited_at=row.edited_at,
        edited_by_moderator=row.edited_by_moderator,
        url=f"{base}/{row.id}",
        parent=_parent(base, row),
        is_closed=row.thread_closed_at is not None,
    )


def _parent(base: str, row: Row[Any]) -> ParentLink | None:
    if row.parent_id is None:
        return None
    is_visible = is_public(row.parent_status, row.parent_approved_revision)
    return ParentLink(row.parent_name if is_visible else None, f"{base}/{row.parent_id}")
