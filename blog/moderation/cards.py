"""The data on a card besides the comment itself, read for a whole page with a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.extensions import db
from blog.moderation.commenter_history import CommenterHistory, histories
from blog.moderation.decisions import latest
from blog.moderation.differences import Difference, latest_edits
from blog.moderation.models import Decision

PARENT_CHARACTERS = 200


@dataclass(frozen=True)
class Parent:
    """A comment above another one, its parent or the top-level one: its author and its beginning."""

    id: int
    name: str
    begins: str
    thread_closed_at: datetime | None


@dataclass(frozen=True)
class Card:
    """One comment as a moderator sees it."""

    comment: Comment
    decision: Decision | None
    """The newest decision on it."""
    edit: Difference | None
    """The author's changes since a moderator read it."""
    parent: Parent | None
    history: CommenterHistory | None
    is_thread_closed: bool
    claimed_by: str | None = None
    """The name of another moderator who has the comment on the screen."""


def make_cards(comments: Sequence[Comment]) -> list[Card]:
    """The cards of these comments, in the same order."""
    decisions = latest([comment.id for comment in comments])
    edits, above, known = latest_edits(comments), _above(comments), histories(comments)
    return [
        Card(
            comment=comment,
            decision=decisions.get(comment.id),
            edit=edits.get(comment.id),
            parent=above.get(comment.parent_id or 0),
            history=known.get(comment.email_key),
            # A top-level comment has no root: it has the state of its thread itself. 0 is no comment's id.
            is_thread_closed=above.get(comment.root_id or 0, comment).thread_closed_at is not None,
        )
        for comment in comments
    ]


def make_card(comment: Comment) -> Card:
    """The card of one comment."""
    (card,) = make_cards([comment])
    return card


def single_card(comment: Comment) -> Card:
    """The card for a comment's own page, which shows decisions and edits below it."""
    return replace(make_card(comment), decision=None, edit=None)


def _above(comments: Sequence[Comment]) -> Mapping[int, Parent]:
    """The parents and the top-level comments of these comments, by id."""
    ids = {id_ for comment in comments for id_ in (comment.parent_id, comment.root_id) if id_ is not None}
    if not ids:
        return {}
    begins = func.substr(Comment.body, 1, PARENT_CHARACTERS)
    rows = db.session.execute(
        select(Comment.id, Comment.name, begins, Comment.thread_closed_at).where(Comment.id.in_(ids))
    )
    return {row[0]: Parent(*row) for row in rows}
