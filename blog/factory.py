"""The application factory and table of contents: ``create_app`` sets up everything in the order that it is needed."""

from flask import Flask

from blog import (
    articles,
    cache,
    comments,
    error_pages,
    extensions,
    flask_config,
    headers,
    health,
    i18n,
    models,
    moderation,
    request_checks,
)
from blog.application import Blog
from blog.config import Settings
from blog.config.env_file import environment
from blog.content.cache_keys import scheduled_keys
from blog.doctor import site_page
from blog.media import views as media_views
from blog.paths import TEMPLATES
from blog.theming import assets, site, theme
from blog.theming import jinja_environment as templates
from blog.webhooks import views as webhook_views

__all__ = ["create_app", "models", "site_page"]
# The last two are imported only for what their import does: they register the tables, and a page for administrators.


def create_app(settings: Settings | None = None) -> Flask:
    """Create the application, as :func:`blog.create_app` describes."""
    settings = settings or Settings.from_environment(environment())
    # Flask's own static folder is off: assets serves the static files, a theme's first.
    app = Blog("blog", static_folder=None, template_folder=str(TEMPLATES))
    flask_config.init_app(app, settings)
    templates.init_app(app, settings)
    request_checks.init_app(app)
    extensions.init_app(app, settings)
    site.init_app(app, settings)
    theme.init_app(app, settings)
    i18n.init_app(app, settings)
    assets.init_app(app, settings)
    headers.init_app(app)
    error_pages.init_app(app, theme.render)
    app.register_blueprint(media_views.blueprint)
    app.register_blueprint(webhook_views.blueprint)
    comments.init_app(app)
    articles.init_app(app)
    moderation.init_app(app)
    app.register_blueprint(health.blueprint)
    templates.call_filters_when_rendering(app)
    # Each of these three wraps the one before, so a request passes ProxyFix, the check of its host, and then the cache.
    cache.init_app(app, settings, scheduled_keys(settings.comments_close_days))
    request_checks.check_hosts(app)
    app.wsgi_app = flask_config.trust_proxies(app.wsgi_app, settings)  # type: ignore[method-assign,assignment]
    return app
