"""Steps on documents, tried from HTML to HTML."""

from collections.abc import Callable

from blog.markup import sanitizer
from blog.markup.cms.embeds import replace_cms_markup
from blog.markup.dom import Element, write

_allowed = sanitizer.make_cleaner(bool, sanitizer.TAGS)


def normal_html(html: str) -> str:
    """``html`` as the sanitiser writes it, with images from anywhere."""
    return _allowed.clean(write(sanitizer.read(html).children))


def after(step: Callable[[Element], object], html: str) -> str:
    """What ``step`` makes of ``html``, as the sanitiser writes it."""
    body = sanitizer.read(html)
    step(body)
    return _allowed.clean(write(body.children))


def without_cms_markup(html: str) -> str:
    """``html`` after what a CMS made beside prose became prose, as the sanitiser writes it."""
    return after(lambda body: replace_cms_markup(body, html), html)
