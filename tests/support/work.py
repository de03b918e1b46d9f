"""Measures work by counting calls, because their number does not depend on how busy the machine is."""

import sys
from collections.abc import Callable
from types import FrameType


def calls_during(action: Callable[[], object]) -> int:
    """The number of calls of Python and C functions that ``action`` makes.

    What SlipCover calls to measure the coverage does not count: it calls less the more often a line runs.
    """
    calls = 0
    depth_in_slipcover = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls, depth_in_slipcover
        if _is_slipcovers(frame.f_globals.get("__name__")):
            depth_in_slipcover += {"call": 1, "return": -1}.get(event, 0)
        elif not depth_in_slipcover and not _is_slipcovers(getattr(argument, "__module__", None)):
            calls += event in {"call", "c_call"}

    previous = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(previous)
    return calls


def _is_slipcovers(module: object) -> bool:
    return isinstance(module, str) and module.startswith("slipcover.")
