"""The readers' pages: index, articles, tags, authors, archive, search, feeds, sitemaps, redirects."""

from flask import Flask

from blog.articles import (
    feeds,
    preview_page,
    site_files,
    sitemaps,
    tag_and_author_views,  # noqa: F401 - its views add themselves to the blueprint
    views,
)
from blog.articles.blueprint import blueprint
from blog.markup import srcset


def init_app(app: Flask) -> None:
    """Serve the articles, their listings, feeds and site files."""
    app.register_blueprint(blueprint)
    app.register_blueprint(preview_page.blueprint)
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(sitemaps.blueprint)
    app.register_blueprint(site_files.blueprint)
    app.jinja_env.globals["newest_articles"] = views.newest_articles
    app.jinja_env.globals["image_sources"] = srcset.sources
