"""Signed calls from a CMS that say what changed."""

from flask import Flask

from blog.webhooks import views


def init_app(app: Flask) -> None:
    """Accept calls at ``/webhooks/<kind>``."""
    app.register_blueprint(views.blueprint)
