"""What comes in: documents from a source, reconciled with the articles of this blog."""

from flask import Flask

from blog.content import deliveries, drafts, media, state

__all__ = ["deliveries", "drafts", "init_app", "state"]


def init_app(app: Flask) -> None:
    """Serve the images that articles brought with them."""
    app.register_blueprint(media.blueprint)
