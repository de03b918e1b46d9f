"""Sends the mail in the outbox, in a thread of the worker, so that a slow mail server delays only mail."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from email.message import EmailMessage
from smtplib import SMTP

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog.background_threads import repeating
from blog.config import settings
from blog.database_errors import error_sentence
from blog.fetch.retries import pause_before
from blog.mail import is_configured, outbox
from blog.mail.kinds import MailDropped, MailKind, digest_names, kind_named
from blog.mail.message import to_message
from blog.mail.models import MailState, OutboxMail
from blog.mail.outbox import MAX_ATTEMPTS
from blog.mail.smtp import MailRefused, ServerUnavailable, SMTPServer, TryAgain, connected, send

POLL_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 5
MAX_PAUSE_SECONDS = 300
"""How long all mail waits after the server could not be used; ``outbox.MAX_DELAY`` is about one mail."""
DIGEST_GAP_SECONDS = 60
"""The pause between two digests to one address, so that a flood of comments does not become a flood of mails."""
MAX_A_CONNECTION = 50

log = logging.getLogger(__name__)


def sending_mail(app: Flask) -> AbstractContextManager[None]:
    """Send mail in a thread until the block ends, if the settings name a mail server."""
    return repeating("mail", POLL_SECONDS, MailSender(app).work) if is_configured(app.config["BLOG"]) else nullcontext()


class MailSender:
    """Sends mails that are due. ``clock`` returns monotonic seconds."""

    def __init__(self, app: Flask, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._server = SMTPServer.of(app.config["BLOG"].smtp_url)
        self._not_before = 0.0
        self._tries = 0
        self._trouble = ""
        self._last_digest: dict[str, float] = {}
        self._sent: list[Sequence[OutboxMail]] = []
        """Mails that the server has acknowledged, but the database has not yet stored as sent."""

    def work(self) -> None:
        """Send all mails that are due. A server's error is logged once when it begins, and once when it is over."""
        if self._clock() < self._not_before:
            return
        # In a request's context, links are built from BLOG_URL.
        with self._app.test_request_context(base_url=self._app.config["BLOG"].url):
            try:
                # Before any claim, or a mail that was sent but not recorded could be claimed and sent again.
                self._record()
                while self._send_some():
                    pass
            except ServerUnavailable as error:
                self._wait(f"No mail can be sent: {error}.")
            except SQLAlchemyError as error:
                self._wait(error_sentence(error))
            except Exception:
                log.exception("Unexpected error while sending mail; the worker tries again")
                self._wait("")

    def _send_some(self) -> bool:
        """Send mails over one connection; ``False`` when there is nothing left to do."""
        # Claimed before the connection is made, so that an empty outbox needs none.
        mails = self._claim()
        if not mails:
            return False
        try:
            with connected(self._server) as connection:
                for _ in range(MAX_A_CONNECTION):
                    self._deliver(connection, mails)
                    # The server could be used, even if it refused this mail.
                    self._succeeded()
                    mails = self._claim()
                    if not mails:
                        return False
                outbox.release(mails)
        except ServerUnavailable as error:
            # Mails of this letter that were dropped have another state, so this leaves them alone.
            outbox.postpone(mails, str(error))
            raise
        return True

    def _claim(self) -> list[OutboxMail]:
        now = self._clock()
        self._last_digest = {who: at for who, at in self._last_digest.items() if now - at < DIGEST_GAP_SECONDS}
        return outbox.claim(digest_names(), skip=self._last_digest)

    def _deliver(self, connection: SMTP, mails: Sequence[OutboxMail]) -> None:
        """Send one letter for those of ``mails`` that are still valid."""
        kind = kind_named(mails[0].kind)
        valid = [mail for mail in mails if _is_valid(kind, mail)]
        if kind is None or not valid:
            return
        try:
            self._send(connection, kind, valid)
        except MailDropped as error:
            self._drop(connection, valid, str(error))
        except MailRefused as error:
            log.warning("The mail server refused a mail permanently (%s). Run 'blog mail' to see it.", error)
            outbox.finish(valid, MailState.FAILED, str(error))
        except TryAgain as error:
            outbox.postpone(valid, str(error))

    def _drop(self, connection: SMTP, mails: Sequence[OutboxMail], why: str) -> None:
        """Drop those of ``mails`` that have become invalid since their check, and send the others; or else drop all."""
        valid = [mail for mail in mails if _is_valid(kind_named(mail.kind), mail)]
        if len(valid) == len(mails):
            outbox.finish(mails, MailState.DROPPED, why)
        elif valid:
            self._deliver(connection, valid)

    def _send(self, connection: SMTP, kind: MailKind, mails: Sequence[OutboxMail]) -> None:
        message = _composed(kind, mails)
        send(connection, message, settings.mail_from or "", str(message["To"]))
        self._sent.append(mails)
        self._record()
        if kind.is_digest:
            self._last_digest[mails[0].recipient] = self._clock()

    def _record(self) -> None:
        while self._sent:
            # Taken from the list only when it is stored: if the database fails, the next round stores it.
            outbox.finish(self._sent[0], MailState.SENT)
            self._sent.pop(0)

    def _wait(self, trouble: str) -> None:
        if trouble and not self._trouble:
            log.warning("%s", trouble)
        self._trouble = self._trouble or trouble
        self._tries += 1
        self._not_before = self._clock() + pause_before(self._tries + 1, FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS)

    def _succeeded(self) -> None:
        self._tries = 0
        if self._trouble:
            log.warning("Mail is sent again.")
            self._trouble = ""


def _composed(kind: MailKind, mails: Sequence[OutboxMail]) -> EmailMessage:
    """The message for ``mails``. An error in composing it affects only this mail."""
    try:
        return to_message(kind.compose(mails), mails[0], settings)
    # A failing database concerns all mail, so it must not use up the attempts of this one.
    except (MailDropped, SQLAlchemyError):
        raise
    except Exception as error:
        log.exception("Unexpected error while composing a mail; the worker tries again later")
        raise TryAgain("it could not be composed; see the log") from error


def _is_valid(kind: MailKind | None, mail: OutboxMail) -> bool:
    """Whether ``mail`` may still be sent; if not, it is dropped, with the reason."""
    if kind is None:
        outbox.finish([mail], MailState.DROPPED, f"this version of the blog has no mail of the kind {mail.kind}")
        return False
    # postpone() gives up before that, unless the sender is killed at each attempt.
    if mail.attempts > MAX_ATTEMPTS:
        outbox.finish([mail], MailState.FAILED, "each attempt to send it was interrupted")
        return False
    try:
        kind.check(mail)
    except MailDropped as error:
        outbox.finish([mail], MailState.DROPPED, str(error))
        return False
    return True
