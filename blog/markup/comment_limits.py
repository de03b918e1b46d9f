"""How complex a comment may be: an estimate of what it costs to clean, made before anything parses it.

Length alone is a poor bound. Cleaning 5 000 letters takes a millisecond; 5 000 characters of nested quotes took half a
second. Each construct has a price, measured on one core, and the sum has a limit.
"""

import re

MAX_COST = 25_000
"""Microseconds. Prose comes to 3 000, a long list or a listing of code to 20 000."""
MAX_DEPTH = 6
"""Quotes and lists inside each other that one line may begin."""

CHARACTER, LINE, BLOCK, LINK = 0.5, 35, 60, 110
MARKS = {**dict.fromkeys("*_`", 28), **dict.fromkeys('<>&"[]\\', 14)}
LAZY_LINE = 1
"""For each quote of a paragraph and each of its lines: the parser's rule for quotes looks at all lines that follow."""

OPEN_BRACKET = 0.05
"""For each character up to the bracket that closes it: the parser looks for the end of a link's words."""

BRACKET = re.compile(r"\[|\]|\n[ \t]*(?=\n)")
BLOCK_MARKER = re.compile(r"[ \t]*(?:(>)|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))")
LINK_MARKERS = ("://", "](", "mailto:", "@")


class TooComplex(ValueError):
    """A text has so many marks, links, lines or levels that it would take too long to clean."""


def check_limits(text: str) -> None:
    """Refuse a text that would take too long to clean. Takes linear time itself.

    :raises TooComplex: its cost is above ``MAX_COST``, or a line begins more than ``MAX_DEPTH`` quotes and lists.
    """
    cost = len(text) * CHARACTER
    cost += sum(text.count(mark) * price for mark, price in MARKS.items())
    cost += sum(text.count(marker) for marker in LINK_MARKERS) * LINK
    if cost + text.count("\n") * LINE > MAX_COST or cost + _brackets_cost(text) + _blocks_cost(text) > MAX_COST:
        raise TooComplex


def _brackets_cost(text: str) -> float:
    characters = 0
    opened: list[int] = []
    for found in BRACKET.finditer(f"{text}\n\n"):
        if found[0] == "[":
            opened.append(found.start())
        elif found[0] == "]":
            characters += found.start() - opened.pop() if opened else 0
        else:
            characters += sum(found.start() - start for start in opened)
            opened.clear()
    return characters * OPEN_BRACKET


def _blocks_cost(text: str) -> float:
    cost = 0
    lines = quotes = 0
    for line in text.split("\n"):
        if not line or line.isspace():
            cost += LINE + quotes * lines * LAZY_LINE
            lines = quotes = 0
            continue
        markers = _block_markers(line)
        if len(markers) > MAX_DEPTH:
            raise TooComplex
        lines += 1
        quotes += markers.count(">")
        cost += LINE + len(markers) * BLOCK
    return cost + quotes * lines * LAZY_LINE


def _block_markers(line: str) -> list[str]:
    """``>`` for each quote that ``line`` begins, and an empty string for each list item."""
    markers: list[str] = []
    position = 0
    while len(markers) <= MAX_DEPTH:
        found = BLOCK_MARKER.match(line, position)
        if found is None:
            break
        markers.append(found[1] or "")
        position = found.end()
    return markers
