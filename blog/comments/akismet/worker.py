"""Sends the stored requests to Akismet, in a thread of the worker, and stores the answers as signals."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from blog.comments.akismet.client import AkismetFailed, Opinion
from blog.comments.akismet.fields import fields_of
from blog.comments.akismet.outbox import NAME
from blog.comments.models import Comment, CommentSignal, Status
from blog.comments.signals.base import SPAM
from blog.comments.signals.models import AkismetRequest, RequestKind
from blog.comments.status import change_status
from blog.database import utc_now, write_transaction
from blog.database_errors import error_sentence
from blog.extensions import db
from blog.fetch.errors import FetchError
from blog.fetch.retries import pause_before

FIRST_WAIT_SECONDS = 10
MAX_WAIT_SECONDS = 3600
MAX_TRIES = 10
log = logging.getLogger(__name__)

Ask = Callable[[RequestKind, Mapping[str, str]], Opinion | None]
"""Sends one request, as :func:`blog.comments.akismet.client.ask` does with a key."""


class AkismetWorker:
    """Sends the requests that are due. An error is logged once when it begins, and once when it is over."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._trouble = ""

    def work(self) -> None:
        """Send one request after the other, until none is due or one fails."""
        try:
            while self._work_one():
                pass
        except SQLAlchemyError as error:
            self._report(error_sentence(error))
        except Exception:
            log.exception("Unexpected error while asking Akismet; the worker tries again")

    def _work_one(self) -> bool:
        # Requests are not claimed. If two workers send the same one, the second answer is dropped: its row is gone.
        due = select(AkismetRequest).where(AkismetRequest.not_before <= utc_now()).order_by(AkismetRequest.not_before)
        request = db.session.scalar(due.limit(1))
        if request is None:
            db.session.rollback()
            return False
        comment = db.session.get_one(Comment, request.comment_id, populate_existing=True)
        # Read before the rollback, which expires the objects: each attribute would be read from the database again.
        action, id_, revision = RequestKind(request.action), request.id, comment.revision
        if _is_settled(comment, action):
            _finish(id_)
            return True
        fields = fields_of(comment, action)
        # No transaction may stay open during the request, which can take 15 seconds.
        db.session.rollback()
        try:
            opinion = self._ask(action, fields)
        except (AkismetFailed, FetchError) as error:
            what = error.what if isinstance(error, FetchError) else str(error)
            self._report(f"The request to Akismet failed and is tried again later. {what}")
            _postpone(id_)
            # This ends the round: where Akismet hangs, a round waits once, and not once for each request.
            return False
        self._report("")
        _finish(id_, opinion, revision)
        return True

    def _report(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            log.warning("%s", trouble)
        elif self._trouble and not trouble:
            log.warning("Akismet answers again.")
        self._trouble = trouble


def _is_settled(comment: Comment, action: RequestKind) -> bool:
    """Whether nothing has to be sent: the comment is erased, or a moderator decided before the check."""
    return comment.status == Status.ERASED or (action is RequestKind.CHECK and comment.decided_at is not None)


def _finish(request_id: int, opinion: Opinion | None = None, revision: int = 0) -> None:
    """Delete a request and store the ``opinion`` about the text ``revision`` in one transaction, so none is lost."""
    with write_transaction(db.session()) as session:
        request = session.get(AkismetRequest, request_id)
        # A decision or an erasure deleted it while Akismet was asked, or another worker has finished it.
        if request is None:
            return
        if opinion is not None and opinion.is_spam:
            _store(session, request.comment_id, revision, opinion)
        session.delete(request)


def _postpone(request_id: int) -> None:
    with write_transaction(db.session()) as session:
        request = session.get(AkismetRequest, request_id)
        if request is None:
            return
        request.tries += 1
        pause = pause_before(request.tries + 1, FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS)
        request.not_before = utc_now() + timedelta(seconds=pause)
        if request.tries >= MAX_TRIES:
            session.delete(request)
            log.warning("Gave up asking Akismet about comment %d after %d tries.", request.comment_id, MAX_TRIES)


def _store(session: Session, comment_id: int, revision: int, opinion: Opinion) -> None:
    """Store that Akismet calls it spam. A comment that still waits becomes spam; a moderator's decision stays."""
    comment = session.get_one(Comment, comment_id, populate_existing=True)
    if comment.revision != revision or comment.decided_at is not None or comment.status == Status.ERASED:
        return
    details = {"is_certain": opinion.is_certain}
    # merge(), because one text can be checked twice: an edit adds a check while the first one still waits.
    session.merge(CommentSignal(comment_id=comment_id, name=NAME, weight=SPAM, details=details))
    # A waiting edit of a public comment stays in the queue: as spam, the approved text would disappear as well.
    if comment.status == Status.PENDING and comment.approved_revision is None:
        change_status(session, comment, Status.SPAM)
