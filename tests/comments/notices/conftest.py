"""The blog with a mail server of the mail tests."""

from tests.mail.conftest import clock, sender, settings, smtp

__all__ = ["clock", "sender", "settings", "smtp"]
