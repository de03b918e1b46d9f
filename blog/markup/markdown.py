"""Markdown to HTML: CommonMark (https://spec.commonmark.org/) with tables, footnotes, task lists and strikethrough.

The result is not safe yet, since Markdown may contain any HTML.
"""

from collections.abc import Iterator
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from blog.markup.parser_limits import parse_bounded

MAX_HIGHLIGHTED = 100_000
"""In characters. A longer block of code is shown without colours."""


def render(text: str) -> str:
    """Return Markdown ``text`` as HTML, which is not safe yet.

    Fenced code in a language that Pygments knows gets the classes of Pygments. An image that is alone in its paragraph
    becomes a ``figure`` with the image's title as its caption.

    :raises ArticleTooComplex: it takes too much time or memory.
    """
    return parse_bounded(_render, text)


def _render(text: str) -> str:
    return str(_markdown.render(text))


def _highlighted(code: str, language: str, _attributes: str) -> str:
    shown = escape(code)
    if language and len(code) <= MAX_HIGHLIGHTED:
        try:
            # By default, Pygments removes empty lines at the beginning and at the end of the code.
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            pass
        else:
            shown = highlight(code, lexer, HtmlFormatter(nowrap=True))
    class_ = f' class="language-{escape(language)}"' if language else ""
    # markdown-it adds no <pre> of its own around a result that begins with one.
    return f'<pre class="highlight"><code{class_}>{shown}</code></pre>'


def _frame_images(state: StateCore) -> None:
    """Turn each paragraph that contains only an image into a figure."""
    for opening, content, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        children = content.children or []
        if opening.type == "paragraph_open" and [child.type for child in children] == ["image"]:
            opening.tag = closing.tag = "figure"
            # markdown-it hides the paragraphs of tight lists (CommonMark, section 5.3), but a figure must be shown.
            opening.hidden = closing.hidden = False
            content.children = [children[0], *_caption(children[0])]


def _caption(image: Token) -> Iterator[Token]:
    title = image.attrs.pop("title", "")
    if title:
        yield Token("figcaption_open", "figcaption", 1)
        yield Token("text", "", 0, content=str(title))
        yield Token("figcaption_close", "figcaption", -1)


def _make() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"highlight": _highlighted})
    markdown.enable(["table", "strikethrough"]).use(footnote_plugin).use(tasklists_plugin)
    markdown.core.ruler.push("frame_images", _frame_images)
    return markdown


_markdown = _make()
