"""A blog that can send mail, to a server on this machine."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from blog.config import Settings
from blog.mail.sender import MailSender
from tests.support.smtp_server import FakeMailServer, mail_server

MODERATOR = "cleo@example.org"


@dataclass
class Clock:
    """A clock in seconds, which tests move."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def smtp() -> Iterator[FakeMailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, smtp: FakeMailServer) -> Settings:
    return replace(
        settings,
        url="https://blog.example.org",
        smtp_url=f"smtp://127.0.0.1:{smtp.port}",
        mail_from="blog@example.org",
        mail_moderators=(MODERATOR,),
        comment_rate="1000000 per minute",
        comment_attempt_rate="1000000 per minute",
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(app: Flask, clock: Clock) -> MailSender:
    return MailSender(app, clock)
