"""The moderators' pages: sign-in, queue, decisions, log and accounts."""

from flask import Flask

from blog.comments.protected_names import set_moderator_names
from blog.moderation import (  # noqa: F401 - the views add themselves to the blueprint
    accounts,
    accounts_page,
    bulk_page,
    canned_reasons,
    closing,
    decision_views,
    edit_views,
    log_page,
    oidc_login,
    rules_page,
    second_factor_login,
    second_factor_page,
    sessions,
    stale_forms,
    statistics_page,
    views,
)
from blog.moderation.blueprint import blueprint


def init_app(app: Flask) -> None:
    """Serve ``/moderation``."""
    sessions.init_app(app)
    set_moderator_names(app, accounts.names)
    if app.config["BLOG"].oidc_issuer is not None:
        # Its libraries slow the start, so only a blog with a provider imports them, before the first request.
        from blog.moderation import oidc, oidc_provider  # noqa: F401, PLC0415

        oidc_provider.init_app(app)
    app.register_blueprint(blueprint)
