"""The one door to safe HTML: what comes out of here is ``Markup``, and templates show nothing else unescaped."""

from blog.markup.article import clean_article

__all__ = ["clean_article"]
