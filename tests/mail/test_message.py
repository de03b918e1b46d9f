"""The headers of a mail have what programs need, and no text can add one."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.config import Settings
from blog.database import utc_now
from blog.mail.kinds import Letter, MailDropped
from blog.mail.message import to_message
from blog.mail.models import OutboxMail

SETTINGS = Settings(url="https://blog.example.org", title="Träume & Tee", mail_from="blog@example.org")
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}


def mail(recipient: str = "bea@example.org") -> OutboxMail:
    return OutboxMail(key="ab" * 32, kind="reply", recipient=recipient, created_at=utc_now())


def test_headers_mark_the_mail_as_automatic() -> None:
    letter = Letter("Grüße", ["Tee."], "https://blog.example.org/comments/mail/unsubscribe/x")
    message = to_message(letter, mail(), SETTINGS)
    assert set(message.keys()) == HEADERS
    assert message["List-Unsubscribe"] == "<https://blog.example.org/comments/mail/unsubscribe/x>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<comments.blog.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].display_name == "Träume & Tee"
    assert message.as_bytes().isascii(), "every server on the way can take it"
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert read["Subject"] == "Grüße"
    assert read.get_content().startswith("Tee.")


def test_no_link_in_a_header_is_broken_or_encoded() -> None:
    url = f"https://a-rather-long-host-name.blog.example.org/comments/mail/unsubscription/{'x_-.Y' * 30}"
    raw = to_message(Letter("Tea", ["Tea."], url), mail(), SETTINGS).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw


def test_a_mail_sent_again_has_the_same_message_id() -> None:
    letter = Letter("Tea", ["Tea."])
    assert to_message(letter, mail(), SETTINGS)["Message-ID"] == to_message(letter, mail(), SETTINGS)["Message-ID"]


@given(st.text(), st.text())
def test_no_text_adds_a_header(subject: str, text: str) -> None:
    subject = f"{subject}\r\nBcc: eve@example.org\r\n\r\n{subject}"
    message = to_message(Letter(subject, [text]), mail(), SETTINGS)
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert set(read.keys()) == HEADERS - {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert read["To"] == "bea@example.org"


def test_an_international_domain_is_written_in_ascii() -> None:
    assert (
        to_message(Letter("Tea", ["Tea."]), mail("bea@bücher.example"), SETTINGS)["To"] == "bea@xn--bcher-kva.example"
    )


@pytest.mark.parametrize("address", ["bée@example.org", "bea@example.org\r\nBcc: eve@example.org"])
def test_an_address_that_servers_do_not_accept_gets_no_mail(address: str) -> None:
    with pytest.raises(MailDropped, match="characters that mail servers do not accept"):
        to_message(Letter("Tea", ["Tea."]), mail(address), SETTINGS)


@pytest.mark.parametrize("address", ["", "bea", "bea@", "bea@@x", "@x", "bea@[", "bea@[ ", "bea@x, eve@x"])
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(MailDropped, match="not a valid mail address"):
        to_message(Letter("Tea", ["Tea."]), mail(address), SETTINGS)


def test_an_address_in_a_private_network_gets_mail() -> None:
    assert to_message(Letter("Tea", ["Tea."]), mail("root@localhost"), SETTINGS)["To"] == "root@localhost"
