"""The one door to safe HTML: its results are ``Markup``, and templates show nothing else unescaped."""

from blog.markup.article import clean_article
from blog.markup.comment import clean_comment

__all__ = ["clean_article", "clean_comment"]
