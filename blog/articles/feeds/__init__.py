"""Feeds: the newest articles and comments for feed readers, as Atom (RFC 4287) and as JSON Feed 1.1."""

from blog.articles.feeds.views import blueprint

__all__ = ["blueprint"]
