"""Images of articles: checked, stored under a hash, scaled down, and served."""

from flask import Flask

from blog.media import views


def init_app(app: Flask) -> None:
    """Register the view that serves stored images."""
    app.register_blueprint(views.blueprint)
