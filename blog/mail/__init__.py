"""Mail: rows in an outbox, which the worker sends over SMTP."""

from blog.config import Settings


def is_configured(settings: Settings) -> bool:
    """Whether the blog can send mail. If not, no mail is stored and no page offers any."""
    return settings.smtp_url is not None
