"""What moderators do: sign in, look at the queue, decide, read the log."""

from flask import Flask

from blog.comments.protected_names import set_moderator_names
from blog.moderation import accounts, sessions, views  # noqa: F401 - the views add themselves to the blueprint
from blog.moderation.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Serve ``/moderation``."""
    sessions.init_app(app)
    set_moderator_names(app, accounts.names)
    app.register_blueprint(blueprint)
