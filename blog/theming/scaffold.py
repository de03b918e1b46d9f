"""``blog theme new``: writes a new theme of commented files, which change nothing until they are edited."""

from pathlib import Path

from blog.errors import OperatorError
from blog.paths import STATIC, TEMPLATES

FOOTER = "templates/snippets/_footer.html"
TOKENS = "static/css/tokens.css"
OWN = "static/css/own.css"
CATALOGUE = "translations/README"

FOOTER_HEAD = """\
{# A snippet is one piece of a page. This is the footer as it is built in: change it, save it, and look at the page.
   Any other file of blog/templates can be copied to here in the same way. What goes wrong in it is never shown to a
   reader: the built-in one stands in, and `blog doctor` tells file and line. Delete what you do not need. #}
"""
TOKENS_HEAD = """\
/* The colours, as they are built in: once for the light, once for the dark. Change both, and look at both. Text wants a
   contrast of at least 4.5 to 1; a browser's developer tools tell it. To set type and spacing as well, add tokens of
   the second part of the built-in static/css/10-tokens.css: --font-text, --text-base, --measure, --radius, … */
"""
OWN_TEXT = """\
/* Rules of your own. They follow the built-in ones in the same layer, and so win over those that are as specific.
   Sides are named by the direction of writing (margin-inline-start, not margin-left), for sites of every script.
   Fonts and pictures lie in static/ too: url(../fonts/mine.woff2). Nothing can be loaded from another host.

@layer components {
  .summary__title {
    letter-spacing: 0;
  }
}
*/
"""
CATALOGUE_TEXT = """\
Words of your own, or a whole language: <language>/LC_MESSAGES/messages.po, such as en/LC_MESSAGES/messages.po with

    msgid "Articles"
    msgstr "Posts"

docs/translating.md tells more. Without such a file this folder can go.
"""


class FolderNotEmpty(OperatorError):
    """The folder of a new theme exists already and is not empty."""


def create_theme(folder: Path) -> list[Path]:
    """Write a new theme into ``folder`` and return its files. The folder is created if it does not exist.

    :raises FolderNotEmpty: the folder is not empty, or it is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(f"{folder} is not an empty folder, and nothing in it was touched. Name another one.")
    texts = {
        TOKENS: TOKENS_HEAD + _raw_tokens(),
        OWN: OWN_TEXT,
        FOOTER: FOOTER_HEAD + (TEMPLATES / "snippets" / "_footer.html").read_text("utf-8"),
        CATALOGUE: CATALOGUE_TEXT,
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _raw_tokens() -> str:
    """Return the first part of the built-in tokens, the raw colours, as a complete stylesheet."""
    whole = (STATIC / "css" / "10-tokens.css").read_text("utf-8")
    _, layer, rest = whole.partition("@layer")
    raw, _, _ = rest.partition("\n\n  :root")
    return f"{layer}{raw}\n}}\n"
