"""What stands between Granian and the application: requests arrive whole and in time before a thread is taken."""

from flask import Flask

from blog.cache import cache_of
from blog.config import Settings
from blog.instance import MAX_REQUEST_BYTES
from blog.server.bodies import BodyReader
from blog.server.gateway import Gateway
from blog.server.scopes import ScopeReader


def gateway(app: Flask, settings: Settings) -> Gateway:
    """The RSGI application that serves ``app``."""
    cache = cache_of(app)
    cache.watcher.start()
    return Gateway(app, cache.lookup, ScopeReader(settings.proxies), BodyReader(MAX_REQUEST_BYTES))
