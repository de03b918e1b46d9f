"""Makes HTML from outside safe: returns ``Markup``, the only type that templates show without escaping."""

from blog.markup.article import clean_article
from blog.markup.comment import clean_comment

__all__ = ["clean_article", "clean_comment"]
