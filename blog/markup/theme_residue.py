"""What a broken theme left in a text: its error messages, and its code that nobody rendered.

The shapes are those of Liquid's errors (https://github.com/Shopify/liquid, ``lib/liquid/errors.rb``), of missing
translations in Shopify and Rails, and of the tags that Liquid, Jinja and their kind share. Such a text goes where it
stands alone; inside a sentence it may be meant, so there it stays and is only reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from blog.markup import tokens
from blog.markup.pruning import without
from blog.markup.tokens import INLINE, Token

LONGEST = 400
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

CODE = frozenset({"code", "kbd", "pre", "samp"})


@dataclass(frozen=True, slots=True)
class Residue:
    """One text that a theme left: what it says, and whether it could be removed."""

    text: str
    is_removed: bool


@dataclass(slots=True)
class _Run:
    """The text between two ends of blocks or lines: the places of its tokens, and of the ``br`` on either side."""

    before: int | None = None
    after: int | None = None
    places: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    has_code: bool = False

    @property
    def line_end(self) -> set[int]:
        """The place of the one ``br`` that goes when the run does."""
        line_end = self.after if self.before is None else self.before
        return set() if line_end is None else {line_end}


def remove_residue(html: str) -> tuple[str, list[Residue]]:
    """HTML that a sanitiser wrote, without the residue that stands alone in a block, and what was found.

    Alone means: the whole text between two ends of blocks or lines, in whatever inline markup. Code is left as it is.
    Lists, quotes and other elements go too where that leaves them empty. It takes time linear in the length.
    """
    body = tokens.read(html)
    if not _has_trace("".join(token.raw for token in body if token.is_text)):
        return html, []
    found: list[Residue] = []
    removed: set[int] = set()
    for run in _runs(body):
        text = _one_line("".join(run.words))
        if not run.has_code and is_residue(text):
            removed.update(run.places)
            removed.update(run.line_end)
            found.append(Residue(text, is_removed=True))
        elif len(found) < MAX_REPORTED:
            found.extend(_inside(text))
    return (tokens.write(without(body, removed)) if removed else html), found[:MAX_REPORTED]


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
    return len(line) <= LONGEST and ALONE.fullmatch(line) is not None and not NEW_SENTENCE.search(line)


def _has_trace(text: str) -> bool:
    lowered = text.lower()
    return any(trace in lowered for trace in TRACES)


def _inside(line: str) -> Iterator[Residue]:
    return (Residue(mark[0], is_removed=False) for mark in islice(MARK.finditer(line), MAX_REPORTED))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _runs(body: list[Token]) -> Iterator[_Run]:
    run = _Run()
    code = 0
    for place, token in enumerate(body):
        if token.name in CODE:
            code += -1 if token.is_close else 1
            run.has_code = True
        elif token.is_text and not code:
            run.places.append(place)
            run.words.append(token.text)
        if token.name == "br" or (token.name and token.name not in INLINE):
            line_end = place if token.name == "br" else None
            run.after = line_end
            yield run
            run = _Run(before=line_end, has_code=code > 0)
    yield run
