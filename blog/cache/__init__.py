"""The page cache: keeps whole responses that are the same for everybody, until their content changes."""

from typing import NamedTuple, cast

from flask import Flask

from blog.cache import cdn_headers
from blog.cache.lookup import Lookup
from blog.cache.middleware import PageCache
from blog.cache.purge_watcher import KeysPublishedBetween, PurgeWatcher
from blog.cache.store import Store
from blog.config import Settings
from blog.extensions import db

EXTENSION = "page_cache"


class Cache(NamedTuple):
    """The page cache of an application."""

    watcher: PurgeWatcher
    lookup: Lookup
    """Finds cached pages; never finds one if the settings give the cache no memory."""


def init_app(app: Flask, settings: Settings, keys_published_between: KeysPublishedBetween) -> None:
    """Cache the pages of ``app`` in memory until a purge or ``keys_published_between`` names one of their keys."""
    cdn_headers.init_app(app, is_purged_by_worker=settings.purge is not None)
    store = Store(settings.page_cache_mb * 1_000_000)
    # Needed without a page cache too: /readyz asks the watcher whether the database answers.
    with app.app_context():
        watcher = PurgeWatcher(db.engine, store, keys_published_between)
    lookup = Lookup(store, watcher, is_same_on_every_host=settings.url is not None)
    if settings.page_cache_mb:
        app.wsgi_app = PageCache(app.wsgi_app, lookup, watcher)  # type: ignore[method-assign]
    app.extensions[EXTENSION] = Cache(watcher, lookup)


def cache_of(app: Flask) -> Cache:
    return cast("Cache", app.extensions[EXTENSION])
