"""What moderators do: sign in, look at the queue, decide, read the log."""

from flask import Flask

from blog.moderation import sessions, views  # noqa: F401 - the views add themselves to the blueprint
from blog.moderation.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Serve ``/moderation``."""
    sessions.init_app(app)
    app.register_blueprint(blueprint)
