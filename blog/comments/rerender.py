"""Renders the HTML of comments again from their texts, after the cleaning rules have changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from markupsafe import Markup
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from blog.cache.purges import purge
from blog.comments.models import Comment, CommentRevision
from blog.content.cache_keys import thread_keys
from blog.database import write_transaction
from blog.extensions import db
from blog.markup import clean_comment
from blog.markup.comment import CLEANER_VERSION
from blog.markup.comment_limits import TooComplex

BATCH_SIZE = 100
Texts = type[Comment] | type[CommentRevision]
Progress = Callable[["Rerendering"], None]


@dataclass
class Rerendering:
    """The progress, counted in texts: those of comments, and of their earlier revisions."""

    total: int
    done: int = 0
    changed: int = 0
    plain: int = 0
    """Texts that are too complex for the present rules; they are shown as plain text."""


def outdated() -> int:
    """How many texts have HTML made by older cleaning rules."""
    counts = [select(func.count(model.id)).where(model.cleaner_version != CLEANER_VERSION) for model in _MODELS]
    return sum(db.session.scalar(count) or 0 for count in counts)


def rerender(on_progress: Progress) -> Rerendering:
    """Clean every outdated text again, one transaction per batch.

    It can be stopped at any moment: finished batches stay, and the next run continues from there.
    """
    state = Rerendering(outdated())
    for model in _MODELS:
        last = 0
        while ids := _rerender_batch(model, last, state):
            last = ids[-1]
            on_progress(state)
    return state


def _rerender_batch(model: Texts, after: int, state: Rerendering) -> list[int]:
    """Clean the texts that follow the one with the id ``after``; return their ids."""
    # No index has the version of the cleaner, so a batch begins after the last id instead of reading all rows again.
    following = select(model).where(model.cleaner_version != CLEANER_VERSION, model.id > after)
    found = db.session.scalars(following.order_by(model.id).limit(BATCH_SIZE)).all()
    rows = cast("Sequence[Comment | CommentRevision]", found)
    # Before the transaction, because a text takes up to 50 ms, and other writers wait for the transaction.
    cleaned = [(row, _clean(row, state)) for row in rows]
    with write_transaction(db.session()) as session:
        for row, html in cleaned:
            _store(session, row, html, state)
    ids = [row.id for row in rows]
    # The UPDATE does not change these objects, which still have the old HTML.
    db.session.expunge_all()
    state.done += len(ids)
    return ids


def _clean(row: Comment | CommentRevision, state: Rerendering) -> str:
    try:
        return clean_comment(row.body).html
    except TooComplex:
        state.plain += 1
        return Markup("<p>{}</p>\n").format(row.body)


def _store(session: Session, row: Comment | CommentRevision, html: str, state: Rerendering) -> None:
    model = type(row)
    # If the comment was edited or erased meanwhile, its newer HTML stays.
    as_read = (model.id == row.id, model.body == row.body, model.cleaner_version == row.cleaner_version)
    # The row's version stays the same, because the text that moderators decide on has not changed.
    stored = session.scalar(
        update(model).where(*as_read).values(body_html=html, cleaner_version=CLEANER_VERSION).returning(model.id),
        execution_options={"synchronize_session": False},
    )
    if stored and html != row.body_html:
        state.changed += 1
        article_id = row.article_id if isinstance(row, Comment) else session.get_one(Comment, row.comment_id).article_id
        purge(session, thread_keys(article_id), "rerender")


_MODELS: tuple[Texts, ...] = (Comment, CommentRevision)
