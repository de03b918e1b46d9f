"""What comes in: documents from a source, reconciled with the articles of this blog."""

from flask import Flask

from blog.cache import purges
from blog.content import deliveries, drafts, media, state, webhooks

__all__ = ["deliveries", "drafts", "init_app", "purges", "state"]


def init_app(app: Flask) -> None:
    """Serve the images that articles brought with them, and hear a CMS that calls."""
    app.register_blueprint(media.blueprint)
    app.register_blueprint(webhooks.blueprint)
