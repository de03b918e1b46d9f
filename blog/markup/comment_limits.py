"""Limits how complex a comment may be, by an estimate of the time to clean it, made before anything parses it.

A limit on the length is not enough. Cleaning 5 000 letters takes a millisecond, but 5 000 characters of nested quotes
took half a second. So each construct has a cost, measured on one core, and the sum is limited.
"""

import re

MAX_COST = 25_000
"""In microseconds. Prose costs up to 3 000, a long list or a block of code up to 20 000."""
MAX_DEPTH = 6
"""How many nested quotes and lists one line may begin."""

CHARACTER, LINE, BLOCK, LINK = 0.5, 35, 60, 110
MARKS = {**dict.fromkeys("*_`", 28), **dict.fromkeys('<>&"[]\\', 14)}
LAZY_LINE = 1
"""Cost for each quote marker times each line of a paragraph: for each quote, the parser looks at all lines after it."""

OPEN_BRACKET = 0.05
"""Cost for each character from an opening bracket to its closing one, which the parser searches for."""

BRACKET = re.compile(r"\[|\]|\n[ \t]*(?=\n)")
BLOCK_MARKER = re.compile(r"[ \t]*(?:(>)|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))")
LINK_MARKERS = ("://", "](", "mailto:", "@")


class TooComplex(ValueError):
    """The text has so many marks, links, lines or levels of nesting that cleaning it would take too long."""


def check_limits(text: str) -> None:
    """Refuse a text that would take too long to clean. The check itself takes linear time.

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
    # For a bracket that is not closed, the parser searches its whole paragraph. The blank line that is added here ends
    # the last paragraph.
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
    """Return a list with ``>`` for each quote that ``line`` begins, and an empty string for each list item."""
    markers: list[str] = []
    position = 0
    while len(markers) <= MAX_DEPTH:
        found = BLOCK_MARKER.match(line, position)
        if found is None:
            break
        markers.append(found[1] or "")
        position = found.end()
    return markers
