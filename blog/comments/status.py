"""The only place that changes the status of a stored comment, with its version, the counts and the page cache."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from blog.cache.purges import purge
from blog.comments.counts import count_comment, lock_article
from blog.comments.models import Comment, is_public
from blog.comments.notices.triggers import enqueue_publication_mail
from blog.comments.thread import thread_keys


def change_status(session: Session, comment: Comment, to: str, **values: Any) -> bool:  # noqa: ANN401 - columns
    """Set the status ``to`` and the other ``values`` of ``comment``, within the caller's write transaction.

    :returns: ``False``, with nothing written, if the row no longer has the version and revision of ``comment``.
    """
    lock_article(session, comment.article_id)
    values = {"approved_revision": None} | values
    was_public, becomes_public = comment.is_public, is_public(to, values["approved_revision"])
    as_read = (Comment.id == comment.id, Comment.version == comment.version, Comment.revision == comment.revision)
    change = update(Comment).where(*as_read).values(status=to, version=comment.version + 1, **values)
    if session.scalar(change.returning(Comment.id)) is None:
        return False
    if was_public != becomes_public:
        count_comment(session, comment, 1 if becomes_public else -1)
        if becomes_public:
            enqueue_publication_mail(session, comment)
    if was_public or becomes_public:
        purge(session, thread_keys(comment.article_id), f"comment {comment.id}: {to}")
    return True
