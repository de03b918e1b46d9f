"""What readers write: the form, and the receipt."""

from flask import Flask

from blog.comments import notices, privacy_page, receipt_views, views
from blog.comments import thread_views as _  # noqa: F401 - these views add themselves to the blueprint of `views`
from blog.extensions import csrf


def init_app(app: Flask) -> None:
    """Register the views. Their forms carry no CSRF token, so that pages that show them are the same for everyone."""
    for blueprint in (views.blueprint, receipt_views.blueprint):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    app.register_blueprint(privacy_page.blueprint)
    notices.init_app(app)
