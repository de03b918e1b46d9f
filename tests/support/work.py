"""Measures work by counting calls, because their number does not depend on how busy the machine is."""

from collections.abc import Callable
from cProfile import Profile
from types import CodeType


def calls_during(action: Callable[[], object]) -> int:
    """The number of calls of Python and C functions that ``action`` makes.

    What SlipCover calls to measure the coverage does not count: it calls less the more often a line runs.
    """
    profile = Profile()
    profile.runcall(action)
    calls = 0
    for entry in profile.getstats():
        if not _is_slipcovers(entry.code):
            calls += entry.callcount
        else:
            calls -= sum(called.callcount for called in entry.calls or () if not _is_slipcovers(called.code))
    return calls


def _is_slipcovers(code: CodeType | str) -> bool:
    """Whether it is a function of SlipCover; C functions are known by a description."""
    return "slipcover" in (code if isinstance(code, str) else code.co_filename)
