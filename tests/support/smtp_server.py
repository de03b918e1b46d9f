"""A real SMTP server on this machine (aiosmtpd), which can fail as a test wants."""

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.ports import free_port

OK = "250 OK"


@dataclass
class Received:
    """A mail that the server acknowledged, or was about to acknowledge when its client disconnected."""

    sender: str
    recipient: str
    message: EmailMessage
    over_tls: bool
    is_signed_in: bool

    @property
    def text(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


@dataclass
class FakeMailServer:
    """The server's state. Every attribute may be changed while it runs."""

    port: int
    received: list[Received] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    """The replies to the next RCPT commands; after them, OK."""
    data_answers: list[str] = field(default_factory=list)
    """The replies to the next mails, sent when their text has been read; after them, OK. Refused mails are not kept."""
    drops_in_data: int = 0
    """How many times to close the connection while a mail is being sent."""
    drops_before_answer: int = 0
    """How many times to accept a mail and close the connection instead of acknowledging it."""
    delay_seconds: float = 0
    """The delay before each acknowledgement."""
    is_waiting: threading.Event = field(default_factory=threading.Event)
    """Set when a mail was read completely, before the delay."""

    def to(self, recipient: str) -> list[Received]:
        """The received mails to one address."""
        return [mail for mail in self.received if mail.recipient == recipient]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and arguments
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.recipient_answers.pop(0) if self.recipient_answers else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.data_answers.pop(0) if self.data_answers else OK
        transport = cast("asyncio.Transport", server.transport)
        self.is_waiting.set()
        await asyncio.sleep(self.delay_seconds)
        if answer == OK and not transport.is_closing():
            message = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
            sender, recipient = str(envelope.mail_from), str(envelope.rcpt_tos[0])
            over_tls = transport.get_extra_info("sslcontext") is not None
            self.received.append(Received(sender, recipient, message, over_tls, bool(session.authenticated)))
        if self.drops_before_answer:
            self.drops_before_answer -= 1
            transport.abort()
        return answer


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        handler = cast("FakeMailServer", self.event_handler)
        if not handler.drops_in_data:
            await super().smtp_DATA(arg)
            return
        handler.drops_in_data -= 1
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self._reader.readline()
        cast("asyncio.Transport", self.transport).abort()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None, *, implicit: bool = False, password: str = "", port: int = 0
) -> Iterator[FakeMailServer]:
    """Run a server until the block ends; with ``tls`` it offers STARTTLS, or speaks TLS from the start."""
    fake = FakeMailServer(port or free_port())
    options: dict[str, Any] = {}
    if tls and implicit:
        options["ssl_context"] = tls
    elif tls:
        options["tls_context"] = tls
    if password:
        options["authenticator"] = _authenticator(password)
        options |= dict.fromkeys(("auth_require_tls", "auth_required"), not implicit)
    controller = _Controller(fake, hostname="127.0.0.1", port=fake.port, server_hostname="mail.test", **options)
    controller.start()
    try:
        yield fake
    finally:
        controller.stop()


def _authenticator(password: str) -> Any:  # noqa: ANN401 - aiosmtpd's
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data.password == password.encode()
        return AuthResult(success=is_right, handled=False)

    return check


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS context for ``localhost``, and the context of a client that trusts it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))
