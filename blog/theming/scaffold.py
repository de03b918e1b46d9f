"""``blog theme new``: writes a new theme of commented files, which change nothing until they are edited."""

from pathlib import Path

from blog.errors import OperatorError
from blog.paths import STATIC, TEMPLATES

FOOTER = "templates/snippets/_footer.html"
TOKENS = "static/css/tokens.css"
OWN = "static/css/own.css"
CATALOGUE = "translations/README"

FOOTER_HEAD = """\
{# A snippet is a part of a page. This is the built-in footer: change it, save it, and look at the page. You can copy
   any other file of blog/templates to this folder in the same way. If a snippet has an error, readers see the built-in
   one, and `blog doctor` shows the file and the line. Delete the files that you do not need. #}
"""
TOKENS_HEAD = """\
/* The built-in colours, for light and for dark mode. If you change them, change and check both. Text needs a contrast
   of at least 4.5 to 1; a browser's developer tools show it. To change type and spacing as well, add tokens from the
   second part of the built-in static/css/10-tokens.css: --font-text, --text-base, --measure, --radius, … */
"""
OWN_TEXT = """\
/* Your own rules. They come after the built-in rules of the same layer, so they override rules of equal specificity.
   Use logical properties (margin-inline-start, not margin-left), so that right-to-left languages work.
   Put fonts and images into static/ too: url(../fonts/mine.woff2). Nothing can be loaded from another host.

@layer components {
  .summary__title {
    letter-spacing: 0;
  }
}
*/
"""
CATALOGUE_TEXT = """\
Your own texts, or a whole language: <language>/LC_MESSAGES/messages.po, such as en/LC_MESSAGES/messages.po with

    msgid "Articles"
    msgstr "Posts"

See docs/translating.md. If you need no such file, delete this folder.
"""


class FolderNotEmpty(OperatorError):
    """The folder of a new theme exists already and is not empty."""


class FolderNotWritable(OperatorError):
    """The files of a new theme cannot be written."""


def create_theme(folder: Path) -> list[Path]:
    """Write a new theme into ``folder`` and return its files. The folder is created if it does not exist.

    :raises FolderNotEmpty: the folder is not empty, or it is a file.
    :raises FolderNotWritable: the folder cannot be read or written to.
    """
    try:
        return _write(folder)
    except OSError as error:
        raise FolderNotWritable(
            f"{error.filename or folder} cannot be used ({error.strerror}). Choose a folder that you can write to."
        ) from error


def _write(folder: Path) -> list[Path]:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(f"{folder} is not an empty folder, and nothing in it was changed. Choose another one.")
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
