"""Makes our own stylesheets and scripts smaller before they are compressed: without comments and indentation.

Only built-in files are changed, since they keep to what is assumed here: a script has no text over several lines, and a
comment of its own line begins with ``//``. Minifiers for CSS that are on the package index take ``.prose :is(pre)`` for
``.prose:is(pre)`` in nested rules, so spaces inside a line stay as they are.
"""

import re
from collections.abc import Callable
from pathlib import PurePath

CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CSS_SPACE = re.compile(r"(?<=[{};,])\s+|\s+(?=[{}])")


def minify(name: str, content: bytes) -> bytes:
    """The built-in file ``name`` without what only its readers need; anything but CSS and JavaScript stays as it is."""
    how = MINIFIERS.get(PurePath(name).suffix)
    return how(content.decode()).encode() if how else content


def _css(text: str) -> str:
    return CSS_SPACE.sub("", CSS_COMMENT.sub("", text)).strip()


def _script(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


MINIFIERS: dict[str, Callable[[str], str]] = {".css": _css, ".js": _script}
