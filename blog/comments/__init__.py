"""Comments: the form, threads, receipts, mail to commenters and the privacy page."""

from flask import Flask

from blog.comments import mail_views, notices, privacy_page, receipt_views, views
from blog.comments import thread_views as _thread_views  # noqa: F401 - its views add themselves to `views.blueprint`
from blog.comments.policy import closed_reason
from blog.extensions import csrf


def init_app(app: Flask) -> None:
    """Register the views. Their forms carry no CSRF token, so that pages that show them are the same for everyone."""
    for blueprint in (views.blueprint, receipt_views.blueprint, mail_views.blueprint):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    app.register_blueprint(privacy_page.blueprint)
    notices.init_app(app)
    app.jinja_env.globals["closed_reason"] = closed_reason
