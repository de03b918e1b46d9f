"""Images: checked, stored under a hash, made smaller, and served."""

from flask import Flask

from blog.media import views


def init_app(app: Flask) -> None:
    """Serve the images that articles brought with them."""
    app.register_blueprint(views.blueprint)
