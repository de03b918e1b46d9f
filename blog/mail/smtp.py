"""Sending over SMTP (RFC 5321), with TLS from the start or by STARTTLS (RFC 8314, RFC 3207)."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cache, partial
from urllib.parse import parse_qs, unquote, urlsplit

from blog.blocking_calls import call_after, within
from blog.fetch.name_lookup import LOOKUP_SECONDS, look_up

TIMEOUT_SECONDS = 30
"""The timeout for one answer of the server. RFC 5321 allows minutes, which would delay all other mail."""
MAX_SECONDS = 90
"""The time limit for one mail, or for connecting, however slowly the server answers."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"smtp": 587, "smtps": 465}
ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;]+")
MAX_ERROR = 200


class TryAgain(Exception):
    """The server does not accept this mail now, but may accept it later, as with greylisting."""


class MailRefused(Exception):
    """The server will never accept this mail."""


class ServerUnavailable(Exception):
    """The server cannot be reached or accepts no mail from the blog at all, so other mails have to wait, too."""


@dataclass(frozen=True)
class SMTPServer:
    """The mail server in ``BLOG_SMTP_URL``."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool
    """TLS from the start; otherwise STARTTLS where the server offers it."""
    must_encrypt: bool
    may_encrypt: bool

    @classmethod
    def of(cls, url: str) -> "SMTPServer":
        """The server at ``url``: ``smtp://`` or ``smtps://``, with user and password, and ``?tls=required`` or ``off``.

        :raises ValueError: it is not such an address.
        """
        parts = urlsplit(url)
        tls = parse_qs(parts.query).get("tls", [""])[0]
        if (
            parts.scheme not in PORTS
            or not parts.hostname
            or parts.path.strip("/")
            or tls not in {"", "required", "off"}
        ):
            raise ValueError(url)
        user, host = unquote(parts.username or ""), parts.hostname
        return cls(
            host=host,
            port=parts.port or (25 if host in LOCAL and parts.scheme == "smtp" else PORTS[parts.scheme]),
            user=user,
            password=unquote(parts.password or ""),
            is_tls=parts.scheme == "smtps",
            # With a password, encryption is not optional: an attacker on the way can remove STARTTLS from the server's
            # answer and read what follows (RFC 3207, section 6).
            must_encrypt=tls == "required" or (bool(user) and host not in LOCAL and tls != "off"),
            may_encrypt=tls == "required" or (tls != "off" and host not in LOCAL),
        )


@contextmanager
def connected(server: SMTPServer, tls: ssl.SSLContext | None = None) -> Iterator[smtplib.SMTP]:
    """A connection that can send mail. It is closed when the block ends.

    :raises ServerUnavailable: no connection is possible; the message says why.
    """
    connection: smtplib.SMTP | None = None
    try:
        connection = _connect(server, tls)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        what = f"{server.host}:{server.port} cannot be used ({reason(error)})"
        raise ServerUnavailable(f"{what}; check that it runs, and that BLOG_SMTP_URL is right") from error
    try:
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException), _deadline(connection):
            connection.quit()
        connection.close()


def send(connection: smtplib.SMTP, message: EmailMessage, sender: str, recipient: str) -> None:
    """Send one mail; return when the server has acknowledged it.

    :raises TryAgain: the server refused this mail for now.
    :raises MailRefused: the server refused this mail permanently.
    :raises ServerUnavailable: the connection broke, or the server accepts no mail at all.
    """
    try:
        with _deadline(connection):
            connection.send_message(message, sender, [recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _raise(code, smtplib.SMTPResponseException(code, text))
    except smtplib.SMTPSenderRefused as error:
        # All mails have this sender, so the others would be refused as well.
        raise ServerUnavailable(f"the sender’s address is refused ({reason(error)})") from error
    except smtplib.SMTPDataError as error:
        _raise(error.smtp_code, error)
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise MailRefused(reason(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnavailable(f"the connection broke ({reason(error)})") from error


def reason(error: Exception) -> str:
    """The error in one short line, without any mail address."""
    # The order matters: the errors of smtplib and TimeoutError are OSErrors, too.
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        words = f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    elif isinstance(error, TimeoutError):
        words = "no answer in time"
    elif isinstance(error, OSError):
        words = error.strerror or str(error) or type(error).__name__
    else:
        words = str(error) or type(error).__name__
    return ADDRESS.sub("…@…", " ".join(words.split()))[:MAX_ERROR]


def _connect(server: SMTPServer, tls: ssl.SSLContext | None) -> smtplib.SMTP:
    look_up(server.host, server.port, LOOKUP_SECONDS)  # smtplib does it again, but cannot say that DNS is the fault
    # The constructor connects, but to break that off after a while, the object is needed before.
    kind = smtplib.SMTP_SSL if server.is_tls else smtplib.SMTP
    connection = kind.__new__(kind)
    try:
        within(MAX_SECONDS, lambda: _open(connection, server, tls))
    except BaseException:
        _break(connection)
        connection.close()
        raise
    return connection


def _open(connection: smtplib.SMTP, server: SMTPServer, tls: ssl.SSLContext | None) -> None:
    """Connect and sign in. Each answer of the server has a timeout, but looking up names has none."""
    # If it is not given, smtplib looks it up, without a time limit. A server on this machine needs no real name.
    name = "localhost" if server.host in LOCAL else socket.getfqdn()
    where = (server.host, server.port, name)
    if isinstance(connection, smtplib.SMTP_SSL):
        smtplib.SMTP_SSL.__init__(connection, *where, timeout=TIMEOUT_SECONDS, context=tls or _trusted())
    else:
        smtplib.SMTP.__init__(connection, *where, timeout=TIMEOUT_SECONDS)
    connection.ehlo_or_helo_if_needed()
    if not server.is_tls:
        _start_tls(connection, server, tls)
    if server.user:
        connection.login(server.user, server.password)


def _start_tls(connection: smtplib.SMTP, server: SMTPServer, tls: ssl.SSLContext | None) -> None:
    if connection.has_extn("starttls") and server.may_encrypt:
        connection.starttls(context=tls or _trusted())
        # What the server said before TLS does not count and is asked for again (RFC 3207, section 4.2).
        connection.ehlo()
    elif server.must_encrypt:
        where = f"{server.host}:{server.port}"
        raise ServerUnavailable(f"{where} offers no STARTTLS; use smtps://, or add ?tls=off to send without encryption")


@cache
def _trusted() -> ssl.SSLContext:
    """Load the trusted certificates, once per process because that takes longer than sending a mail."""
    return ssl.create_default_context()


def _deadline(connection: smtplib.SMTP) -> AbstractContextManager[None]:
    """Close the connection if the block takes longer than ``MAX_SECONDS``."""
    # The timeout of the socket is for each read. A server that sends a byte now and then never reaches it.
    return call_after(MAX_SECONDS, partial(_break, connection))


def _break(connection: smtplib.SMTP) -> None:
    # shutdown(), because close() does not wake the thread that reads from the socket.
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _raise(code: int, error: smtplib.SMTPResponseException) -> None:
    # The server closes the connection (RFC 5321, section 3.8), so it takes no other mail now either.
    if code == 421:
        raise ServerUnavailable(reason(error)) from error
    raise (MailRefused if code >= 500 else TryAgain)(reason(error)) from error
