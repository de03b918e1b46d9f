"""Measures how much work a comment is, in function calls, and searches for the most expensive comment.

Run as a module, it searches for a given time, by work or by time::

    python -m tests.attack.comment_work 600 time
"""

import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from blog.comments.forms import MAX_BODY
from blog.markup.comment import clean_comment
from blog.markup.comment_limits import TooComplex, check_limits
from blog.unicode import sanitize_text
from tests.support.work import calls_during

ATOMS = (
    ">", "> ", ">>>>>> ", "- ", "* ", "1. ", "- - ", "  ", "\t", "    ", "\n", "\n\n", "\\\n", "***\n", "---\n",
    "```\n", "~~~", "`", "``", "*", "**", "_", "*_", "[", "]", "](", "()", "[a](/b) ", "[a](http://b) ", "<", "</", ">",
    "<http://b> ", "<a@b.c> ", "https://a.b ", "http://", "http:", "mailto:a@b.c ", "ftp:", "//", "@", ":", "(", ")",
    "'", '"', "&", "&amp;", "&#x300;", "&lt;", "\\*", "!", "![", "a", " a ", "words ", "é", "\u0f73", "e\u0301\u0316",
    ">>>>>>>>>>>\nhttps://a.b\nhttps://a.b\n", "> ```\na\n", "- - </", "- a\n  - b\n    - c\n", "> - > - a\n",
)  # fmt: skip
"""The building blocks of texts; some begin texts that once were slow."""

Usage = Callable[[str], float]


def work(text: str) -> int:
    """The number of calls to clean ``text``; 0 if it is refused."""
    try:
        return calls_during(lambda: clean_comment(text))
    except TooComplex:
        return 0


def milliseconds(text: str) -> float:
    """The processor time to clean ``text``; the best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        with suppress(TooComplex):
            clean_comment(text)
        best = min(best, time.thread_time() - start)
    return best * 1000


def fill(unit: str) -> str:
    """``unit`` repeated as often as a comment allows."""
    low, high = 0, MAX_BODY // len(unit)
    while low < high:
        middle = (low + high + 1) // 2
        if is_allowed(unit * middle):
            low = middle
        else:
            high = middle - 1
    return unit * low


def is_allowed(text: str) -> bool:
    """Whether ``text`` is accepted."""
    try:
        check_limits(sanitize_text(text))
    except TooComplex:
        return False
    return len(text) <= MAX_BODY


def mutated(unit: str, dice: random.Random) -> str:
    """``unit`` with one atom added, removed or replaced."""
    place = dice.randrange(len(unit) + 1)
    cut = dice.choice((0, 0, 1, 3))
    return (unit[:place] + dice.choice(("", *ATOMS)) + unit[place + cut :])[:80] or dice.choice(ATOMS)


def climb(dice: random.Random, tries: int, cost: Usage) -> tuple[float, str]:
    """The most expensive text that a hill climb of ``tries`` steps finds, and its cost."""
    unit = "".join(dice.choices(ATOMS, k=dice.randint(1, 4)))
    best, worst = cost(fill(unit)), unit
    for _ in range(tries):
        unit = mutated(worst, dice)
        found = cost(fill(unit))
        if found > best:
            best, worst = found, unit
    return best, fill(worst)


def main(seconds: float, cost: Usage) -> None:
    end = time.monotonic() + seconds
    dice = random.Random()  # noqa: S311 - no secret
    record = 0.0
    while time.monotonic() < end:
        found, text = climb(dice, 60, cost)
        if found > record:
            record = found
            print(f"{found:9.1f}  {work(text):7} calls  {milliseconds(text):5.1f} ms  {text[:60]!r}")  # noqa: T201


if __name__ == "__main__":
    main(float(sys.argv[1]), milliseconds if sys.argv[2:] == ["time"] else work)
