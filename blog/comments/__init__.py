"""What readers write: the form, its cleaning, and the receipt."""

from flask import Flask

from blog.comments import thread_views  # noqa: F401 - the views add themselves to the blueprint
from blog.comments.views import blueprint
from blog.extensions import csrf


def init_app(app: Flask) -> None:
    """Take comments. Their form carries no token, so that the pages that show it can be the same for everyone."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
