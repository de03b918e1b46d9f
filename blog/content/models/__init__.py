"""The rows of articles, their tags and authors, and their former addresses."""

from blog.content.models.article import Article, last_change, public_article, was_withdrawn
from blog.content.models.labels import ArticleAuthor, ArticleTag, Author, Label, LabelColumns, Tag
from blog.content.models.redirects import FormerSlug, Redirect

__all__ = [
    "Article",
    "ArticleAuthor",
    "ArticleTag",
    "Author",
    "FormerSlug",
    "Label",
    "LabelColumns",
    "Redirect",
    "Tag",
    "last_change",
    "public_article",
    "was_withdrawn",
]
