"""Checks the mail server and the mail that should have been sent, and sends a test mail."""

from collections.abc import Iterator
from datetime import timedelta

from blog.config import CommentPolicy, environment_name, settings
from blog.database import utc_now
from blog.doctor.findings import Finding, failed, good, warning
from blog.mail import outbox
from blog.mail.self_test import NotSent, send_test_mail
from blog.mail.smtp import ServerUnavailable, SMTPServer, connected
from blog.sync.report import counted

MAIL_LATE = timedelta(minutes=15)


def check_mail() -> Iterator[Finding]:
    """Check that the blog can log in to the mail server, and that no mail is stuck."""
    if settings.smtp_url is None:
        yield from _without_mail()
        return
    try:
        with connected(SMTPServer.of(settings.smtp_url)):
            yield good("mail", "the blog can connect to the mail server; send a mail with: blog doctor --mail ADDRESS")
    except ServerUnavailable as error:
        yield failed("mail", str(error))
    late, lost = outbox.count_unsent(due_before=utc_now() - MAIL_LATE)
    if lost:
        yield warning("mail", f"{counted(lost, 'mail')} failed; see why with: blog mail")
    if late:
        what = f"{counted(late, 'mail')} should have been sent by now; check that blog serve or blog worker runs"
        yield warning("mail", what)


def _without_mail() -> Iterator[Finding]:
    """Report settings that have no effect without a mail server."""
    if settings.comments == CommentPolicy.FIRST:
        what = "BLOG_COMMENTS=first needs BLOG_SMTP_URL: nobody can confirm an address, so all comments wait"
        yield warning("mail", what)
    for name in ("mail_moderators", "mail_authors"):
        if getattr(settings, name):
            yield warning("mail", f"{environment_name(name)} needs BLOG_SMTP_URL: nobody is mailed")


def try_mail(address: str) -> list[Finding]:
    """Send a test mail to ``address`` and return the result."""
    try:
        send_test_mail(settings, address)
    except NotSent as error:
        return [failed("mail", f"no mail was sent: {error}")]
    return [good("mail", "the mail server accepted the mail; check that it arrives and is not marked as spam")]
