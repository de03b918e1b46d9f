"""Receives signed webhook calls from a CMS about changes."""

from flask import Flask

from blog.webhooks import views


def init_app(app: Flask) -> None:
    """Register the view for calls to ``/webhooks/<kind>``."""
    app.register_blueprint(views.blueprint)
