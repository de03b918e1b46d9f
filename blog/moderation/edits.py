"""Moderators edit the text of a comment, and undo such an edit. The text before is kept, and only moderators see it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from blog.comments.editing import store_revision
from blog.comments.models import Comment, CommentRevision, Status
from blog.database import write_transaction
from blog.extensions import db
from blog.markup.comment import CleanComment
from blog.moderation import account_log
from blog.moderation.account_log import AccountAction
from blog.moderation.models import Moderator

EDITABLE = frozenset({Status.PENDING, Status.APPROVED})
"""The statuses of comments that moderators may edit. Nobody reads the others."""


class ModeratorEditRefused(Exception):
    """The comment has changed since the moderator read it, or has a status in which it is not edited."""


def edit(comment_id: int, body: str, clean: CleanComment, *, revision: int, version: int, moderator: Moderator) -> None:
    """Replace the text of a comment; its status stays. An unchanged text changes nothing.

    Readers of a comment with an edit that waits still see the approved text.

    :param clean: ``body`` as HTML, by the same rules as for readers.
    :param version: the row's version that the moderator read.
    :raises ModeratorEditRefused: nothing was written.
    """
    with write_transaction(db.session()) as session:
        comment = _comment(session, comment_id, revision, version)
        if comment.body == body:
            return
        text = {"body": body, "body_html": clean.html}
        _store(session, comment, AccountAction.COMMENT_EDITED, moderator, edited_by_moderator=True, **text)


def undo_edit(comment_id: int, *, revision: int, version: int, moderator: Moderator) -> None:
    """Restore the text before the edit of a moderator, as a new revision.

    :raises ModeratorEditRefused: no moderator wrote the newest text, or the comment has changed; nothing was written.
    """
    with write_transaction(db.session()) as session:
        comment = _comment(session, comment_id, revision, version)
        is_before = (CommentRevision.comment_id == comment_id, CommentRevision.revision == revision - 1)
        before = session.scalar(select(CommentRevision).where(*is_before))
        if before is None or not comment.edited_by_moderator:
            raise ModeratorEditRefused
        # The HTML keeps the version of its cleaning rules, so that comments/rerender.py finds it if they have changed.
        text = {"body": before.body, "body_html": before.body_html, "cleaner_version": before.cleaner_version}
        by_moderator = before.edited_by_moderator
        _store(session, comment, AccountAction.EDIT_UNDONE, moderator, edited_by_moderator=by_moderator, **text)


def _comment(session: Session, comment_id: int, revision: int, version: int) -> Comment:
    comment = session.get_one(Comment, comment_id, populate_existing=True)
    if comment.status not in EDITABLE or (comment.revision, comment.version) != (revision, version):
        raise ModeratorEditRefused
    return comment


def _store(
    session: Session,
    comment: Comment,
    action: AccountAction,
    moderator: Moderator,
    **text: Any,  # noqa: ANN401 - columns
) -> None:
    # On PostgreSQL, others may have changed the row since _comment() read it.
    if not store_revision(session, comment, comment.status, approved_revision=comment.approved_revision, **text):
        raise ModeratorEditRefused
    account_log.record(session, action, None, moderator, f"/moderation/comments/{comment.id}")
