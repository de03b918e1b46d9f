"""Runs steps of the markup pipeline on HTML."""

from collections.abc import Callable

from blog.markup import article_sanitizer
from blog.markup.cms.embeds import replace_cms_markup
from blog.markup.dom import Element, write

_allowed = article_sanitizer.make_cleaner(bool, article_sanitizer.TAGS)


def normal_html(html: str) -> str:
    """``html`` after the sanitiser, with images from any host allowed."""
    return _allowed.clean(write(article_sanitizer.read(html).children))


def after(step: Callable[[Element], object], html: str) -> str:
    """``html`` after ``step`` and the sanitiser."""
    body = article_sanitizer.read(html)
    step(body)
    return _allowed.clean(write(body.children))


def without_cms_markup(html: str) -> str:
    """``html`` after the steps for CMS markup and the sanitiser."""
    return after(lambda body: replace_cms_markup(body, html), html)
