"""The layer between Granian and the application: a request gets a thread only after it has arrived completely."""

from flask import Flask

from blog.cache import cache_of
from blog.config import Settings
from blog.extensions import db
from blog.flask_config import MAX_REQUEST_BYTES
from blog.postgresql import bound_statements
from blog.server.bodies import BodyReader, BodyReaders
from blog.server.gateway import Gateway
from blog.server.refusals import Refusals
from blog.server.scopes import ScopeReader
from blog.webhooks.views import MAX_BODY_BYTES


def gateway(app: Flask, settings: Settings) -> Gateway:
    """Return the RSGI application that serves ``app``."""
    with app.app_context():
        # Before the first connection, because open connections keep their limits.
        bound_statements(db.engine)
    cache = cache_of(app)
    # The middleware starts it only at a request that reaches it, and cached pages are answered before that.
    cache.watcher.start()
    # Without a secret all webhooks are refused, so their bodies need not be read.
    webhook_bytes = MAX_BODY_BYTES if settings.webhook_secret else MAX_REQUEST_BYTES
    bodies = BodyReaders(forms=BodyReader(MAX_REQUEST_BYTES), webhooks=BodyReader(webhook_bytes))
    return Gateway(app, cache.lookup, ScopeReader(settings.proxies), bodies, Refusals(app))
