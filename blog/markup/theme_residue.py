"""Removes what a broken theme has left in a text: error messages, and template code that was not rendered.

It recognises Liquid's errors (https://github.com/Shopify/liquid, ``lib/liquid/errors.rb``), missing translations of
Shopify and Rails, and the tags of Liquid, Jinja and similar languages. Such text is removed if it is alone in its block
or line. Within a sentence it may be intended, so it stays and is only reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from blog.markup.dom import INLINE, Element
from blog.markup.pruning import REMOVED, prune

MAX_CHARACTERS = 400
"""In characters. Longer texts are taken for prose and stay."""
MAX_REPORTED = 20
"""Maximum number of texts reported for one document."""

# The repetitions are limited, so that searching a long text takes linear time.
LIQUID = r"Liquid (?:syntax )?(?:error|warning) ?(?:\([^()]{1,200}\) ?)?:"
TRANSLATION = r"translation missing: ?[\w-]{1,100}(?:[.,] ?[\w-]{1,100}){1,20}"
UNRENDERED = r"(?:\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,300}\}\}|\{%(?:[^{}%]|%(?!\})|\{(?!%)|\}){0,300}%\})"

MARK = re.compile(f"{LIQUID}.{{0,100}}|{TRANSLATION}|{UNRENDERED}", re.IGNORECASE)
"""Finds residue anywhere in a text."""
TRACES = ("liquid", "translation", "{{", "{%")
"""Every residue contains one of these. Most texts contain none, which is quick to check."""
ALONE = re.compile(rf"{LIQUID}.*|(?:{TRANSLATION}\.? ?)+|(?:{UNRENDERED} ?)+", re.IGNORECASE)
NEW_SENTENCE = re.compile(r"[.!?] [A-Z“]")
"""The start of a second sentence. A theme's message has none, but a paragraph that begins by quoting a message does."""

INLINE_CODE = frozenset({"code", "kbd", "samp"})

Place = tuple[Element, int]
"""An element and the index of one of its children."""


@dataclass(frozen=True, slots=True)
class Residue:
    """A text that a theme has left, and whether it was removed."""

    text: str
    is_removed: bool


@dataclass(slots=True)
class _Run:
    """The text of one block or line: the places and words of its pieces, and the ``br`` before and after it."""

    before: Place | None = None
    after: Place | None = None
    places: list[Place] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    has_code: bool = False

    def remove(self) -> None:
        """Mark its texts and one of its line ends as removed."""
        line_end = self.after if self.before is None else self.before
        for element, place in (*self.places, *([line_end] if line_end else [])):
            element.children[place] = REMOVED


def remove_residue(body: Element) -> list[Residue]:
    """Remove the residue that is the whole text of a block or line; return all residue that was found.

    Inline markup around the residue makes no difference. Code is not changed. Lists, quotes and other elements that
    become empty are removed too.
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
    """Return a plain text, or an empty one if it is only residue, and the residue that was found."""
    if not _has_trace(text):
        return text, []
    line = _one_line(text)
    if is_residue(line):
        return "", [Residue(line, is_removed=True)]
    return text, list(_inside(line))


def is_residue(line: str) -> bool:
    """Return whether ``line``, in which all white space is single spaces, is only residue."""
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
