"""``blog mail``: lists unsent mail, and why it was not sent."""

from datetime import datetime

import click
from flask.cli import with_appcontext

from blog.database import utc_now
from blog.mail import outbox
from blog.mail.models import MailState, OutboxMail
from blog.sync.report import counted

MAX_LISTED = 200


@click.command("mail")
@click.option("--retry", is_flag=True, help="Try failed mails again, starting now.")
@with_appcontext
def mail_command(retry: bool) -> None:
    """List mail that waits or has failed. It shows the age, the attempts and the last error."""
    if retry:
        click.echo(f"Tried again: {counted(outbox.retry_failed(), 'mail')}.")
    for mail in outbox.unsent(MAX_LISTED):
        click.echo(_line(mail))
    waiting, failed = outbox.count_unsent()
    if waiting + failed > MAX_LISTED:
        click.echo(f"… and {waiting + failed - MAX_LISTED} more")
    click.echo(f"{counted(waiting, 'mail')} to send, {failed} failed.")
    if failed:
        click.echo("When the cause is fixed, try them again with: blog mail --retry")


def _line(mail: OutboxMail) -> str:
    about = f"comment {mail.comment_id}" if mail.comment_id else ""
    parts = [str(mail.id), mail.kind, _masked(mail.recipient), about, f"{_span(mail.created_at)} old", _state(mail)]
    return "\t".join([*parts, mail.error] if mail.error else parts)


def _state(mail: OutboxMail) -> str:
    if mail.state != MailState.WAITING:
        return f"{mail.state}, {counted(mail.attempts, 'attempt')}"
    when = f"due in {_span(mail.due_at)}" if mail.due_at > utc_now() else "due"
    return f"{when}, {counted(mail.attempts, 'attempt')}"


def _masked(address: str) -> str:
    """Shorten ``bea@example.org`` to ``b…@example.org``, which shows the server but not the person."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def _span(time: datetime) -> str:
    """Return the time between ``time`` and now, rounded to one unit."""
    seconds = abs((utc_now() - time).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
