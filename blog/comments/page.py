"""The article page with a comment form on it, lent by whoever renders articles.

Comments know articles only as rows; yet a refused comment is answered with its article's page, the form filled in.
"""

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

from blog.comments.forms import CommentForm
from blog.content.models import Article

Renderer = Callable[[Article, CommentForm], str]


def set_article_page(app: Flask, render: Renderer) -> None:
    """Have ``render`` make the article pages of ``app``."""
    app.extensions["article_page"] = render


def article_page(article: Article, form: CommentForm) -> str:
    """The page of ``article`` with ``form`` as its comment form."""
    return cast("Renderer", current_app.extensions["article_page"])(article, form)
