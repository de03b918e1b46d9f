"""Talking to a mail server: encrypted, authenticated, and within the time limits."""

import smtplib
import socket
import ssl
import threading
import time
from email.message import EmailMessage

import pytest

from blog.mail import smtp
from blog.mail.smtp import ServerUnavailable, SMTPServer, TryAgain, connected, reason, send
from tests.support.smtp_server import certificate, mail_server


def letter() -> EmailMessage:
    message = EmailMessage()
    message["To"] = "bea@example.org"
    message.set_content("Tea.")
    return message


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_goes_over_tls_with_a_password(contexts: tuple[ssl.SSLContext, ssl.SSLContext], scheme: str) -> None:
    of_server, of_client = contexts
    with mail_server(of_server, implicit=scheme == "smtps", password="p@ss word") as fake:
        url = f"{scheme}://bea:p%40ss%20word@localhost:{fake.port}?tls=required"
        with connected(SMTPServer.of(url), of_client) as connection:
            send(connection, letter(), "blog@example.org", "bea@example.org")
        assert [(mail.over_tls, mail.is_signed_in) for mail in fake.received] == [(True, True)]


def test_an_untrusted_certificate_is_refused(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with mail_server(contexts[0]) as fake:
        server = SMTPServer.of(f"smtp://localhost:{fake.port}?tls=required")
        with pytest.raises(ServerUnavailable, match="CERTIFICATE_VERIFY_FAILED"), connected(server):
            pass


def test_a_password_is_not_sent_unencrypted() -> None:
    with mail_server() as fake:
        server = SMTPServer.of(f"smtp://bea:secret@127.0.0.1:{fake.port}?tls=required")
        with (
            pytest.raises(ServerUnavailable, match=r"^127\.0\.0\.1:\d+ offers no STARTTLS; use smtps://"),
            connected(server),
        ):
            pass


def test_a_wrong_password_is_a_plain_error(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    with mail_server(contexts[0], password="right") as fake:
        server = SMTPServer.of(f"smtp://bea:wrong@localhost:{fake.port}?tls=required")
        with pytest.raises(ServerUnavailable, match="535") as caught, connected(server, contexts[1]):
            pass
        assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "must", "may"),
    [
        ("smtp://mail.example.org", False, True),
        ("smtp://bea:secret@mail.example.org", True, True),
        ("smtp://bea:secret@mail.example.org?tls=off", False, False),
        ("smtp://localhost:1025", False, False),
        ("smtp://bea:secret@localhost", False, False),
        ("smtp://localhost?tls=required", True, True),
    ],
)
def test_a_connection_is_encrypted_unless_it_is_local(url: str, must: bool, may: bool) -> None:
    server = SMTPServer.of(url)
    assert (server.must_encrypt, server.may_encrypt) == (must, may)


def repeat(listener: socket.socket, answer: bytes, stop: threading.Event) -> None:
    """Send ``answer`` to one client again and again."""
    listener.settimeout(10)
    connection, _ = listener.accept()
    with connection:
        while not stop.wait(0.05):
            try:
                connection.sendall(answer)
            except OSError:
                return


@pytest.mark.parametrize("answer", [b"", b"220-more to come\r\n"])
def test_a_server_that_never_finishes_is_given_up(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "MAX_SECONDS", 0.5)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=repeat, args=(listener, answer, stop))
        thread.start()
        server = SMTPServer.of(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(ServerUnavailable), connected(server):
            pass
        assert time.monotonic() - began < 5
        stop.set()
        thread.join()


def test_a_dead_dns_server_is_given_up_and_named(dead_dns: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "LOOKUP_SECONDS", 0.2)
    began = time.monotonic()
    said = r"mail.example:587 cannot be used \(no DNS server answered within \d+ s\)"
    with pytest.raises(ServerUnavailable, match=said), connected(SMTPServer.of("smtp://mail.example")):
        pass
    assert time.monotonic() - began < 5


def test_an_own_name_that_cannot_be_looked_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getfqdn", lambda: over.wait(60))
    monkeypatch.setattr(smtp, "MAX_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "LOCAL", frozenset())
    began = time.monotonic()
    with mail_server() as fake:
        url = f"smtp://127.0.0.1:{fake.port}"
        with pytest.raises(ServerUnavailable, match="no answer in time"), connected(SMTPServer.of(url)):
            pass
    over.set()
    assert time.monotonic() - began < 5


def test_a_mail_that_is_refused_for_now_leaves_the_connection_usable() -> None:
    with mail_server() as fake, connected(SMTPServer.of(f"smtp://127.0.0.1:{fake.port}")) as connection:
        fake.data_answers = ["452 too much mail"]
        with pytest.raises(TryAgain, match="452 too much mail"):
            send(connection, letter(), "blog@example.org", "bea@example.org")
        send(connection, letter(), "blog@example.org", "bea@example.org")
        assert len(fake.received) == 1


def test_421_means_that_the_server_takes_nothing() -> None:
    with mail_server() as fake, connected(SMTPServer.of(f"smtp://127.0.0.1:{fake.port}")) as connection:
        fake.recipient_answers = ["421 closing"]
        with pytest.raises(ServerUnavailable):
            send(connection, letter(), "blog@example.org", "bea@example.org")


def test_no_reason_has_an_address() -> None:
    error = smtplib.SMTPResponseException(550, b"5.1.1 <bea@example.org>: bea@example.org is\r\n unknown")
    assert reason(error) == "550 5.1.1 <…@…>: …@… is unknown"
