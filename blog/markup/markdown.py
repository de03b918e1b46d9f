"""Markdown to HTML: CommonMark (https://spec.commonmark.org/) with tables, footnotes and strikethrough.

What comes out is not clean yet: Markdown may hold any HTML.
"""

from collections.abc import Iterator, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

MAX_HIGHLIGHTED = 100_000
"""Characters of one block of code; a longer one is shown without colours."""


def render(text: str) -> str:
    """The HTML of Markdown ``text``.

    Fenced code in a language that Pygments knows carries its classes. An
    image that is alone in its paragraph becomes a ``figure``, with its title as the caption.
    """
    return str(_markdown.render(text))


def _highlighted(code: str, language: str, _attributes: str) -> str:
    shown = escape(code)
    if language and len(code) <= MAX_HIGHLIGHTED:
        try:
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            pass
        else:
            shown = highlight(code, lexer, HtmlFormatter(nowrap=True))
    class_ = f' class="language-{escape(language)}"' if language else ""
    return f'<pre class="highlight"><code{class_}>{shown}</code></pre>'


def _frame_images(state: StateCore) -> None:
    """Make a figure of each paragraph that is nothing but an image."""
    for opening, content, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        children = content.children or []
        if opening.type == "paragraph_open" and [child.type for child in children] == ["image"]:
            opening.tag = closing.tag = "figure"
            opening.hidden = closing.hidden = False
            content.children = [children[0], *_caption(children[0])]


def _caption(image: Token) -> Iterator[Token]:
    title = image.attrs.pop("title", "")
    if title:
        yield Token("figcaption_open", "figcaption", 1)
        yield Token("text", "", 0, content=str(title))
        yield Token("figcaption_close", "figcaption", -1)


def _align_cells(state: StateCore) -> None:
    """Say a cell's alignment by a class: a page may not hold inline styles."""
    for token in state.tokens:
        style = str(token.attrs.get("style", ""))
        if token.type in {"th_open", "td_open"} and style.startswith("text-align:"):
            token.attrs = {"class": f"align-{style.removeprefix('text-align:')}"}


def _open_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, _env: EnvType
) -> str:
    """A wide table scrolls by itself, and from the keyboard too."""
    return f'<div class="table-scroll" tabindex="0">{renderer.renderToken(tokens, index, options, _env)}'


def _close_table(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, _env: EnvType
) -> str:
    return f"{renderer.renderToken(tokens, index, options, _env)}</div>\n"


def _make() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"highlight": _highlighted})
    markdown.enable(["table", "strikethrough"]).use(footnote_plugin)
    for rule in (_frame_images, _align_cells):
        markdown.core.ruler.push(rule.__name__, rule)
    markdown.add_render_rule("table_open", _open_table)
    markdown.add_render_rule("table_close", _close_table)
    return markdown


_markdown = _make()
