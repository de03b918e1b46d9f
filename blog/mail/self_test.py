"""A test mail, sent at once, to find out whether mail works."""

import secrets

from flask_babel import gettext

from blog.config import Settings
from blog.database import utc_now
from blog.mail.kinds import Letter, MailDropped
from blog.mail.message import to_message
from blog.mail.models import OutboxMail
from blog.mail.smtp import MailRefused, ServerUnavailable, SMTPServer, TryAgain, connected, send


class NotSent(Exception):
    """The mail was not sent. The message says why."""


def send_test_mail(settings: Settings, address: str) -> None:
    """Send a mail to ``address`` at once.

    :raises NotSent: it could not be sent, or the server refused it.
    """
    if settings.smtp_url is None:
        raise NotSent("BLOG_SMTP_URL is not set")
    mail = OutboxMail(key=secrets.token_hex(32), kind="test", recipient=address, created_at=utc_now())
    letter = Letter(gettext("The blog can send mail"), [gettext("Somebody who runs the blog asked for this mail.")])
    try:
        message = to_message(letter, mail, settings)
        with connected(SMTPServer.of(settings.smtp_url)) as connection:
            send(connection, message, settings.mail_from or "", str(message["To"]))
    except (MailDropped, ServerUnavailable, TryAgain, MailRefused) as error:
        raise NotSent(str(error)) from error
