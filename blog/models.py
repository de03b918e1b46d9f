"""Imports every module that defines tables, so that SQLAlchemy and Alembic know all models."""

from blog.cache import purges
from blog.cdn import progress
from blog.comments import challenges
from blog.comments import models as comments
from blog.comments.signals import models as signals
from blog.content import drafts
from blog.content import models as content
from blog.mail import models as mail
from blog.moderation import bulk_models
from blog.moderation import models as moderation
from blog.sync import image_fetcher, rejections, state
from blog.webhooks import deliveries

__all__ = [
    "bulk_models",
    "challenges",
    "comments",
    "content",
    "deliveries",
    "drafts",
    "image_fetcher",
    "mail",
    "moderation",
    "progress",
    "purges",
    "rejections",
    "signals",
    "state",
]
