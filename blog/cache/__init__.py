"""The page cache: whole answers kept for everybody, and forgotten when what they show changes."""

from typing import cast

from flask import Flask

from blog.cache import policy
from blog.cache.middleware import PageCache
from blog.cache.store import Store
from blog.cache.watcher import Moments, PurgeWatch
from blog.config import Settings
from blog.extensions import db

EXTENSION = "page_cache"


def init_app(app: Flask, settings: Settings, moments: Moments) -> None:
    """Keep the pages of ``app`` in memory; ``moments`` tells what becomes public by itself."""
    policy.init_app(app, is_purged_in_front=settings.purge is not None)
    if settings.page_cache_mb:
        store = Store(settings.page_cache_mb * 1_000_000)
        with app.app_context():
            watch = PurgeWatch(db.engine, store, moments)
        app.extensions[EXTENSION] = watch
        app.wsgi_app = PageCache(  # type: ignore[method-assign]
            app.wsgi_app, store, watch, has_one_address=settings.url is not None
        )


def watch_of(app: Flask) -> PurgeWatch | None:
    """What looks for purges in this process; ``None`` where no page is kept."""
    return cast("PurgeWatch | None", app.extensions.get(EXTENSION))
