"""Authors edit comments: the new text is a new revision, which is checked like a new comment."""

from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy.orm import Session

from blog.comments.akismet.outbox import enqueue_check
from blog.comments.forms import EditForm
from blog.comments.models import Comment, CommentRevision, Status
from blog.comments.notices.triggers import enqueue_new_text_mail
from blog.comments.policy import status_after_edit, verdict
from blog.comments.signals import examine, replace_findings
from blog.comments.signals.base import Findings
from blog.comments.status import change_status
from blog.comments.trust import is_trusted
from blog.config import CommentPolicy, settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.markup.comment import CLEANER_VERSION

MAX_REVISIONS = 20
"""How many versions of one comment are kept; nobody needs more within a quarter of an hour."""
# On PostgreSQL, a moderator can change the row between the read and the UPDATE, which then changes nothing.
ATTEMPTS = 3


class EditRefused(Exception):
    """The edit was not stored. The message tells the author why."""


def edit_deadline(comment: Comment) -> datetime | None:
    """Until when the author may edit the comment; ``None`` if editing is no longer possible."""
    deadline = comment.submitted_at + timedelta(minutes=settings.comment_edit_minutes)
    # What a check holds as spam looks like a waiting comment to its author, so it can be edited like one.
    is_editable = comment.status in {Status.PENDING, Status.APPROVED} or comment.is_held_as_spam
    return deadline if is_editable and comment.revision < MAX_REVISIONS and utc_now() < deadline else None


def edit(comment_id: int, form: EditForm, policy: CommentPolicy) -> None:
    """Store the text of the valid ``form`` as the newest revision. An unchanged text changes nothing.

    While the edit of a public comment waits for a moderator, readers still see the approved text.

    :raises EditRefused: it is too late, or the comment has changed since its author opened the form.
    """
    findings = _findings(comment_id, form)
    for _ in range(ATTEMPTS):
        with write_transaction(db.session()) as session:
            comment = session.get_one(Comment, comment_id, populate_existing=True)
            # The text is compared first: a second click sends it again, with a revision that is out of date by then.
            if comment.body == form.body.data or _store(session, comment, form, policy, findings):
                return
    raise EditRefused(gettext("Somebody changed the comment at the same moment. Please send it once more."))


def _findings(comment_id: int, form: EditForm) -> Findings:
    """Run the checks on the new text; they run before the transaction, to keep it short."""
    comment = db.session.get_one(Comment, comment_id)
    # A new object, because the new text on the stored one would be written at the next flush. It has the id so that the
    # checks do not compare the comment with itself.
    edited = Comment(
        id=comment.id,
        name=comment.name,
        email=comment.email,
        website=comment.website,
        network=comment.network,
        body_html=form.clean.html,
    )
    return examine(edited, comment.article, honeypot=bool(form.nickname.data))


def _store(session: Session, comment: Comment, form: EditForm, policy: CommentPolicy, findings: Findings) -> bool:
    """Write the revision. Return ``False``, with nothing written, if the row was changed since it was read."""
    _refuse_stale(comment, form.revision.data)
    # Anybody can type a trusted address and gets a receipt, so this comment itself must be confirmed.
    trusted = policy is CommentPolicy.FIRST and comment.email_confirmed_at is not None
    trusted = trusted and is_trusted(session, comment.email)
    status = status_after_edit(Status(comment.status), policy, verdict(findings.signals), is_trusted=trusted)
    # A second edit that waits does not replace the text that was approved before the first one.
    approved = comment.revision if comment.status == Status.APPROVED else comment.approved_revision
    is_stored = store_revision(
        session,
        comment,
        status,
        body=form.body.data,
        body_html=form.clean.html,
        approved_revision=approved if status == Status.PENDING else None,
    )
    if is_stored:
        replace_findings(session, comment.id, findings)
        enqueue_check(session, comment)
        enqueue_new_text_mail(session, comment)
    return is_stored


def store_revision(
    session: Session,
    comment: Comment,
    status: str,
    *,
    body: str,
    body_html: str,
    approved_revision: int | None,
    cleaner_version: int = CLEANER_VERSION,
    edited_by_moderator: bool = False,
) -> bool:
    """Store a new text and keep the one before as a :class:`CommentRevision`, in the caller's write transaction.

    :returns: ``False``, with nothing written, if the row was changed since it was read.
    """
    # Read first: the UPDATE also changes the object in the session.
    earlier = _present_text(comment)
    is_stored = change_status(
        session,
        comment,
        status,
        revision=comment.revision + 1,
        approved_revision=approved_revision,
        body=body,
        body_html=body_html,
        cleaner_version=cleaner_version,
        edited_at=utc_now(),
        edited_by_moderator=edited_by_moderator,
    )
    if is_stored:
        session.add(earlier)
    return is_stored


def _present_text(comment: Comment) -> CommentRevision:
    """The text that ``comment`` has now, as the row that keeps it when another text replaces it."""
    return CommentRevision(
        comment_id=comment.id,
        revision=comment.revision,
        body=comment.body,
        body_html=comment.body_html,
        cleaner_version=comment.cleaner_version,
        created_at=comment.edited_at or comment.submitted_at,
        edited_by_moderator=comment.edited_by_moderator,
    )


def _refuse_stale(comment: Comment, revision: int | None) -> None:
    if comment.status == Status.WITHDRAWN:
        raise EditRefused(gettext("You have withdrawn this comment. Restore it, then edit it."))
    if comment.status not in {Status.PENDING, Status.APPROVED} and not comment.is_held_as_spam:
        raise EditRefused(gettext("A moderator has decided on this comment meanwhile, so it can no longer be edited."))
    # After the status: other statuses have no deadline either, and the author should read the real reason.
    if edit_deadline(comment) is None:
        raise EditRefused(gettext("The time for editing this comment is over. The text below was not stored."))
    if comment.revision != revision:
        raise EditRefused(
            gettext("This comment was edited elsewhere meanwhile. Compare, then send this text if it is the right one.")
        )
