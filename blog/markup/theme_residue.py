"""What a broken theme left in a text: its error messages, and template code that was not rendered.

The shapes are those of Liquid's errors (https://github.com/Shopify/liquid, ``lib/liquid/errors.rb``), of missing
translations in Shopify and Rails, and of the tags that Liquid, Jinja and their kind share. Such a text goes where it
stands alone; inside a sentence it may be meant, so there it stays and is only reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from blog.markup.dom import INLINE, Element
from blog.markup.pruning import REMOVED, prune

MAX_CHARACTERS = 400
"""Characters of one residue; what runs on for longer is prose."""
MAX_REPORTED = 20
"""Texts reported of one document; by then its author knows."""

LIQUID = r"Liquid (?:syntax )?(?:error|warning) ?(?:\([^()]{1,200}\) ?)?:"
TRANSLATION = r"translation missing: ?[\w-]{1,100}(?:[.,] ?[\w-]{1,100}){1,20}"
UNRENDERED = r"(?:\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,300}\}\}|\{%(?:[^{}%]|%(?!\})|\{(?!%)|\}){0,300}%\})"

MARK = re.compile(f"{LIQUID}.{{0,100}}|{TRANSLATION}|{UNRENDERED}", re.IGNORECASE)
"""Where a residue is, wherever it stands."""
TRACES = ("liquid", "translation", "{{", "{%")
"""Every residue holds one of these, and most texts hold none."""
ALONE = re.compile(rf"{LIQUID}.*|(?:{TRANSLATION}\.? ?)+|(?:{UNRENDERED} ?)+", re.IGNORECASE)
NEW_SENTENCE = re.compile(r"[.!?] [A-Z“]")
"""What no theme's message holds, but a paragraph that begins by quoting one does."""

INLINE_CODE = frozenset({"code", "kbd", "samp"})

Place = tuple[Element, int]
"""An element and the number of one of its children."""


@dataclass(frozen=True, slots=True)
class Residue:
    """One text that a theme left: what it says, and whether it could be removed."""

    text: str
    is_removed: bool


@dataclass(slots=True)
class _Run:
    """The text between two ends of blocks or lines: where its pieces are, and the ``br`` on either side."""

    before: Place | None = None
    after: Place | None = None
    places: list[Place] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    has_code: bool = False

    def remove(self) -> None:
        """Mark its texts, and one of its line ends, as removed."""
        line_end = self.after if self.before is None else self.before
        for element, place in (*self.places, *([line_end] if line_end else [])):
            element.children[place] = REMOVED


def remove_residue(body: Element) -> list[Residue]:
    """Take out of a document the residue that stands alone in a block, and return what was found.

    Alone means: the whole text between two ends of blocks or lines, in whatever inline markup. Code is left as it is.
    Lists, quotes and other elements go too where that leaves them empty.
    """
    if not _has_trace("".join(body.texts())):
        return []
    found: list[Residue] = []
    for run in _runs(body):
        text = _one_line("".join(run.words))
        if not run.has_code and is_residue(text):
            run.remove()
            found.append(Residue(text, is_removed=True))
        elif len(found) < MAX_REPORTED:
            found.extend(_inside(text))
    prune(body)
    return found[:MAX_REPORTED]


def remove_from_text(text: str) -> tuple[str, list[Residue]]:
    """A plain text, empty where it is nothing but residue, and what was found."""
    if not _has_trace(text):
        return text, []
    line = _one_line(text)
    if is_residue(line):
        return "", [Residue(line, is_removed=True)]
    return text, list(_inside(line))


def is_residue(line: str) -> bool:
    """Whether a text, its white space made single spaces, is nothing but what a theme left."""
    return len(line) <= MAX_CHARACTERS and ALONE.fullmatch(line) is not None and not NEW_SENTENCE.search(line)


def _has_trace(text: str) -> bool:
    lowered = text.lower()
    return any(trace in lowered for trace in TRACES)


def _inside(line: str) -> Iterator[Residue]:
    return (Residue(mark[0], is_removed=False) for mark in islice(MARK.finditer(line), MAX_REPORTED))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _runs(body: Element) -> list[_Run]:
    runs = [_Run()]
    _collect(body, runs)
    return runs


def _collect(element: Element, runs: list[_Run]) -> None:
    for place, child in enumerate(element.children):
        if isinstance(child, str):
            runs[-1].places.append((element, place))
            runs[-1].words.append(child)
        elif child.name == "br":
            runs[-1].after = (element, place)
            runs.append(_Run(before=(element, place)))
        elif child.name in INLINE_CODE:
            runs[-1].has_code = True
        elif child.name in INLINE:
            _collect(child, runs)
        else:
            runs.append(_Run())
            if child.name != "pre":
                _collect(child, runs)
            runs.append(_Run())
