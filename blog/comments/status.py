"""The only place that changes the status of stored comments, with their versions, the counts and the page cache."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import tuple_, update
from sqlalchemy.orm import Session

from blog.cache.purges import purge
from blog.comments.counts import count_comments, lock_articles
from blog.comments.models import Comment, is_public
from blog.comments.notices.triggers import enqueue_publication_mails
from blog.content.cache_keys import thread_keys


def change_status(session: Session, comment: Comment, to: str, **values: Any) -> bool:  # noqa: ANN401 - columns
    """Set the status ``to`` and the other ``values`` of ``comment``, within the caller's write transaction.

    :returns: ``False``, with nothing written, if the row no longer has the version and revision of ``comment``.
    """
    return bool(change_statuses(session, [comment], to, **values))


def change_statuses(session: Session, comments: Sequence[Comment], to: str, **values: Any) -> set[int]:  # noqa: ANN401 - columns
    """Set the status ``to`` and the other ``values`` of several comments, by a fixed number of statements.

    :returns: the ids of the comments whose rows still had the version and revision that were read.
    """
    # Before the UPDATE, which locks the comments: transactions with the same comments wait here, in a fixed order.
    lock_articles(session, {comment.article_id for comment in comments})
    # Readers see an earlier text only if the caller keeps it.
    values = {"approved_revision": None} | values
    # Read before the UPDATE, which also changes the objects in the session.
    were_public = {comment.id for comment in comments if comment.is_public}
    read = [(comment.id, comment.version, comment.revision) for comment in comments]
    as_read = tuple_(Comment.id, Comment.version, Comment.revision).in_(read)
    # The ids are there for SQLite, which would read the whole table for a list of row values alone.
    change = update(Comment).where(Comment.id.in_([row[0] for row in read]), as_read)
    changed = change.values(status=to, version=Comment.version + 1, **values).returning(Comment.id)
    ids = set(session.scalars(changed))
    moved = [comment for comment in comments if comment.id in ids]
    _follow(session, moved, to, were_public, becomes_public=is_public(to, values["approved_revision"]))
    return ids


def _follow(
    session: Session, comments: Sequence[Comment], to: str, were_public: set[int], *, becomes_public: bool
) -> None:
    """Bring the counts, mails and cached pages up to date with comments that have changed."""
    turned = [comment for comment in comments if (comment.id in were_public) != becomes_public]
    if turned:
        count_comments(session, turned, 1 if becomes_public else -1)
        if becomes_public:
            enqueue_publication_mails(session, turned)
    # Comments that stay public are included, because their text may have changed.
    shown = {comment.article_id for comment in comments if becomes_public or comment.id in were_public}
    if shown:
        about = f"comment {comments[0].id}" if len(comments) == 1 else f"{len(comments)} comments"
        purge(session, set().union(*map(thread_keys, shown)), f"{about}: {to}")
