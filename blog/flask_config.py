"""Flask's own configuration from the settings, and the proxies in front."""

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from blog.config import Settings
from blog.instance import make_folder, secret_key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MAX_REQUEST_BYTES = 256 * 1024
MAX_FORM_PARTS = 50


def init_app(app: Flask, settings: Settings) -> None:
    """Create the instance folder and configure Flask from ``settings``."""
    app.config["BLOG"] = settings
    make_folder(settings.instance)
    app.config.update(
        SECRET_KEY=settings.secret_key or secret_key(settings.instance),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="blog_session",
        # The prefix __Host- of the cookie's name requires this path; see ModerationSessions.
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        # A token is valid as long as its session, because a moderator's page may stay open for hours.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,  # forms set their language themselves, so that WTForms caches its translations
    )


def trust_proxies(app: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """Wrap ``app`` in ProxyFix for ``settings.proxies`` hops. This must be the outermost WSGI layer."""
    if not settings.proxies:
        return app
    return ProxyFix(app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)
