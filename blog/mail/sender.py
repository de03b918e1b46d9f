"""Sends the mail that is owed, in a thread of the worker: a mail server that hangs delays nothing but mail."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from smtplib import SMTP

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from blog.background_threads import repeating
from blog.config import settings
from blog.fetch.retries import pause_before
from blog.mail import is_configured, outbox
from blog.mail.kinds import MailKind, NotTrueAnyMore, kind_named
from blog.mail.message import to_message
from blog.mail.models import MailState, OutboxMail
from blog.mail.outbox import MAX_ATTEMPTS
from blog.mail.smtp import MailRefused, ServerUnavailable, SMTPServer, TryAgain, connected, send

POLL_SECONDS = 1.0
FIRST_WAIT_SECONDS = 5
MAX_WAIT_SECONDS = 300
DIGEST_GAP_SECONDS = 60
"""Between two digests to one address: a flood of comments becomes a mail a minute, not a mail a comment."""
MAX_A_CONNECTION = 50

log = logging.getLogger(__name__)


@contextmanager
def sending(app: Flask) -> Iterator[None]:
    """Send mail, if the settings name a server, until the block ends."""
    if not is_configured(app.config["BLOG"]):
        yield
        return
    with repeating("mail", POLL_SECONDS, MailSender(app).work):
        yield


class MailSender:
    """Sends what is due. ``clock`` gives seconds and never goes back."""

    def __init__(self, app: Flask, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._server = SMTPServer.of(app.config["BLOG"].smtp_url)
        self._not_before = 0.0
        self._tries = 0
        self._trouble = ""
        self._last_digest: dict[str, float] = {}
        self._sent: list[Sequence[OutboxMail]] = []
        """Acknowledged by the server, and not yet stored as sent, because the database did not answer."""

    def work(self) -> None:
        """Send all that is due now. Trouble with the server is logged when it begins and when it ends."""
        if self._clock() < self._not_before:
            return
        # A request's context, so that addresses are made from the public one.
        with self._app.test_request_context(base_url=self._app.config["BLOG"].url):
            try:
                self._record()
                while self._send_some():
                    pass
            except ServerUnavailable as error:
                self._wait(f"No mail can be sent: {error}.")
            except SQLAlchemyError as error:
                self._wait(f"The database reported an error ({' '.join(str(error).split())[:300]}).")
            except Exception:
                log.exception("Unexpected error while sending mail; it tries again")
                self._wait("")

    def _send_some(self) -> bool:
        """Send mails over one connection; ``False`` when there is nothing left to do."""
        mails = self._claim()
        if not mails:
            return False
        try:
            with connected(self._server) as connection:
                for _ in range(MAX_A_CONNECTION):
                    self._deliver(connection, mails)
                    self._succeeded()
                    mails = self._claim()
                    if not mails:
                        return False
                outbox.release(mails)
        except ServerUnavailable as error:
            outbox.postpone(mails, str(error))
            raise
        return True

    def _claim(self) -> list[OutboxMail]:
        now = self._clock()
        self._last_digest = {who: at for who, at in self._last_digest.items() if now - at < DIGEST_GAP_SECONDS}
        kinds: dict[str, MailKind] = current_app.extensions.get("mail_kinds", {})
        digests = [kind.name for kind in kinds.values() if kind.is_digest]
        return outbox.claim(digests, skip=self._last_digest)

    def _deliver(self, connection: SMTP, mails: Sequence[OutboxMail]) -> None:
        """Send one letter for ``mails``, unless they are no longer true."""
        kind = kind_named(mails[0].kind)
        true = [mail for mail in mails if _is_true(kind, mail)]
        if kind is None or not true:
            return
        try:
            self._send(connection, kind, true)
        except NotTrueAnyMore as error:
            outbox.finish(true, MailState.DROPPED, str(error))
        except MailRefused as error:
            log.warning("The mail server refused a mail for good (%s). See: blog mail", error)
            outbox.finish(true, MailState.FAILED, str(error))
        except TryAgain as error:
            outbox.postpone(true, str(error))

    def _send(self, connection: SMTP, kind: MailKind, mails: Sequence[OutboxMail]) -> None:
        message = _composed(kind, mails)
        send(connection, message, settings.mail_from or "", str(message["To"]))
        self._sent.append(mails)
        self._record()
        if kind.is_digest:
            self._last_digest[mails[0].recipient] = self._clock()

    def _record(self) -> None:
        while self._sent:
            outbox.finish(self._sent[0], MailState.SENT)
            self._sent.pop(0)

    def _wait(self, trouble: str) -> None:
        if trouble and not self._trouble:
            log.warning("%s", trouble)
        self._trouble = self._trouble or trouble
        self._tries += 1
        self._not_before = self._clock() + pause_before(self._tries + 1, FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS)

    def _succeeded(self) -> None:
        self._tries = 0
        if self._trouble:
            log.warning("Mail is sent again.")
            self._trouble = ""


def _composed(kind: MailKind, mails: Sequence[OutboxMail]) -> EmailMessage:
    """The message for ``mails``; an error in our own code costs this mail alone."""
    try:
        return to_message(kind.compose(mails), mails[0], settings)
    except (NotTrueAnyMore, SQLAlchemyError):
        raise
    except Exception as error:
        log.exception("Unexpected error while composing a mail; it is tried again later")
        raise TryAgain("it could not be composed; the log says more") from error


def _is_true(kind: MailKind | None, mail: OutboxMail) -> bool:
    """Whether ``mail`` may still be sent; otherwise it is dropped, with the reason."""
    if kind is None:
        outbox.finish([mail], MailState.DROPPED, f"this program knows no mail of the kind {mail.kind}")
        return False
    if mail.attempts > MAX_ATTEMPTS:
        outbox.finish([mail], MailState.FAILED, "its sender was stopped again and again")
        return False
    try:
        kind.check(mail)
    except NotTrueAnyMore as error:
        outbox.finish([mail], MailState.DROPPED, str(error))
        return False
    return True
