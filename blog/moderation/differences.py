"""What an author changed in a comment, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from markupsafe import Markup
from sqlalchemy import func, select, tuple_

from blog.comments.models import Comment, CommentRevision
from blog.extensions import db

PIECES = re.compile(r"\s+|\w+|[^\w\s]")
ELEMENTS = {"equal": Markup("{}"), "delete": Markup("<del>{}</del>"), "insert": Markup("<ins>{}</ins>")}
MAX_PIECES = 1_500
"""Texts with more words and signs are compared line by line; the time grows with the square of the number."""


@dataclass(frozen=True)
class Difference:
    """The texts of two revisions, compared: HTML with ``del`` and ``ins``."""

    before: int
    after: int
    html: Markup


def compare(before: str, after: str) -> Markup:
    """Both texts in one: what is gone within ``del``, what is new within ``ins``."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    if max(len(old), len(new)) > MAX_PIECES:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return Markup().join(ELEMENTS[tag].format(text) for tag, text in _merged(old, new))


def edits(comment: Comment) -> list[Difference]:
    """Every edit of ``comment``, the newest first."""
    rows = db.session.scalars(
        select(CommentRevision).where(CommentRevision.comment_id == comment.id).order_by(CommentRevision.revision)
    )
    texts = [*((row.revision, row.body) for row in rows), (comment.revision, comment.body)]
    pairs = [(a, b, compare(old, new)) for (a, old), (b, new) in pairwise(texts)]
    return [Difference(*pair) for pair in reversed(pairs)]


def latest_edits(comments: Sequence[Comment]) -> dict[int, Difference]:
    """For each edited comment, by id, what a moderator has not seen yet: the change since the text that was approved,
    or since the text before. One query for all.
    """
    edited = {comment.id: comment for comment in comments if comment.revision > 1}
    if not edited:
        return {}
    base = func.coalesce(Comment.approved_revision, Comment.revision - 1)
    wanted = select(Comment.id, base).where(Comment.id.in_(edited))
    rows = db.session.scalars(
        select(CommentRevision).where(tuple_(CommentRevision.comment_id, CommentRevision.revision).in_(wanted))
    )
    found = {row.comment_id: (row, edited[row.comment_id]) for row in rows}
    return {
        id_: Difference(row.revision, comment.revision, compare(row.body, comment.body))
        for id_, (row, comment) in found.items()
    }


def _merged(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """The pieces of both texts with what became of each, neighbours of one kind put together."""
    pieces: list[tuple[str, str]] = []
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            pieces.append(("equal", "".join(old[old_start:old_end])))
            continue
        pieces.append(("delete", "".join(old[old_start:old_end])))
        pieces.append(("insert", "".join(new[new_start:new_end])))
    for tag, group in groupby((piece for piece in pieces if piece[1]), key=lambda piece: piece[0]):
        yield tag, "".join(text for _, text in group)
