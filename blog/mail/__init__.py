"""Mail that the blog owes: rows in an outbox, sent by the worker over SMTP."""

from blog.config import Settings


def is_configured(settings: Settings) -> bool:
    """Whether the blog can send mail at all. Where it cannot, no mail is owed and no page offers any."""
    return settings.smtp_url is not None
