"""Compares two texts of a comment word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise

from markupsafe import Markup
from sqlalchemy import func, select, tuple_

from blog.comments.models import Comment, CommentRevision
from blog.extensions import db

# Each character is in one piece, so that the pieces together are the whole text.
PIECES = re.compile(r"\s+|\w+|[^\w\s]")
# As Markup, because its format() escapes the text, which anybody may have written.
ELEMENTS = {"equal": Markup("{}"), "delete": Markup("<del>{}</del>"), "insert": Markup("<ins>{}</ins>")}
MAX_PIECES = 1_500
"""Texts with more words and punctuation are compared line by line, because the time is quadratic."""


@dataclass(frozen=True)
class Difference:
    """The difference between two revisions, as HTML with ``del`` and ``ins``."""

    before: int
    after: int
    html: Markup
    is_by_moderator: bool = False


def compare(before: str, after: str) -> Markup:
    """Both texts merged: removed text is in ``del``, new text in ``ins``."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    if max(len(old), len(new)) > MAX_PIECES:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return Markup().join(ELEMENTS[tag].format(text) for tag, text in _merged(old, new))


def edits(comment: Comment) -> list[Difference]:
    """Every edit of ``comment``, the newest first."""
    rows = db.session.scalars(
        select(CommentRevision).where(CommentRevision.comment_id == comment.id).order_by(CommentRevision.revision)
    )
    # The newest text is in the comment's own row, which has the same columns as an earlier revision.
    pairs = pairwise([*rows, comment])
    found = [
        Difference(old.revision, new.revision, compare(old.body, new.body), new.edited_by_moderator)
        for old, new in pairs
    ]
    return found[::-1]


def latest_edits(comments: Sequence[Comment]) -> dict[int, Difference]:
    """The newest edits of edited comments, by id: the change since the approved text, or since the text before.

    One query reads all of them.
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
    """The pieces of both texts and their kinds of change; neighbours of the same kind are joined."""
    pieces: list[tuple[str, str]] = []
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            pieces.append(("equal", "".join(old[old_start:old_end])))
            continue
        pieces.append(("delete", "".join(old[old_start:old_end])))
        pieces.append(("insert", "".join(new[new_start:new_end])))
    for tag, group in groupby((piece for piece in pieces if piece[1]), key=lambda piece: piece[0]):
        yield tag, "".join(text for _, text in group)
