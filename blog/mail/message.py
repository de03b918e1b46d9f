"""Turns a letter into a message whose text cannot break out of a header."""

from email import policy
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from blog.config import Settings
from blog.mail.kinds import Letter, MailDropped
from blog.mail.models import OutboxMail
from blog.mail_addresses import parse_address
from blog.unicode import sanitize_text

MAX_SUBJECT = 150


class VerbatimHeader(UnstructuredHeader):
    """An ASCII header that is not folded, however long: mail programs do not decode encoded words inside ``<…>``."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as one line. RFC 5322 allows lines of 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


HEADERS = HeaderRegistry()
for _name in ("list-id", "list-unsubscribe", "list-unsubscribe-post"):
    HEADERS.map_to_type(_name, VerbatimHeader)  # type: ignore[arg-type]
# Seven bits, which every mail server accepts.
POLICY = policy.SMTP.clone(cte_type="7bit", header_factory=HEADERS)


def to_message(letter: Letter, mail: OutboxMail, settings: Settings) -> EmailMessage:
    """The message for ``letter``. If ``mail`` is sent again, its Message-ID is the same, so that servers can drop it.

    :raises MailDropped: the recipient's address is not valid, or no mail server accepts it.
    """
    host = urlsplit(settings.url or "").hostname or "localhost"
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(one_line(settings.title), addr_spec=settings.mail_from or f"blog@{host}")
    message["To"] = _parsed(ascii_address(mail.recipient))
    message["Subject"] = one_line(letter.subject)[:MAX_SUBJECT]
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.key[:40]}@{host}>"
    # RFC 2919 and RFC 3834: filters can sort the mail, and it gets no vacation replies.
    message["List-Id"] = f"<comments.{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in letter.headers.items():
        message[name] = one_line(value)
    # “-- ” with the space at its end marks a signature (RFC 3676, section 4.3).
    message.set_content("\n\n".join(letter.paragraphs) + f"\n\n-- \n{one_line(settings.title)}\n{settings.url}\n")
    return message


def one_line(text: str) -> str:
    """``text`` without line breaks and control characters, so that it fits into a header."""
    return " ".join(sanitize_text(text).split())


def ascii_address(address: str) -> str:
    """``address`` in the ASCII form that every mail server accepts.

    :raises MailDropped: it has no such form.
    """
    try:
        # None for a local part that is not ASCII, which takes SMTPUTF8 (RFC 6531). Not every server offers that.
        # The test environment also accepts addresses that end in “.test”.
        found = validate_email(address, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError:
        # An operator's address may be in a private network, whose host names no validator accepts.
        found = address if address.isascii() and address.isprintable() else None
    if found is None:
        raise MailDropped("the address has characters that mail servers do not accept")
    return found


def _parsed(address: str) -> Address:
    try:
        return parse_address(address)
    except ValueError as error:
        raise MailDropped("this is not a valid mail address") from error
