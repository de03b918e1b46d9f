"""Settings of SlipCover for the workers of pytest-xdist, to which it does not pass those of its command line."""

import sys

from slipcover.importer import SlipcoverMetaPathFinder  # type: ignore[import-untyped]

MANY_TIMES = 20_000


def stop_measuring_later() -> None:
    """Let SlipCover stop measuring a line when it has run ``MANY_TIMES``, instead of 50 times.

    It then looks through all classes and functions of the blog, each time, which takes longer than the measuring:
    for many lines that was a tenth of the time of all tests. Call this before the blog is imported.
    """
    for finder in sys.meta_path:
        if isinstance(finder, SlipcoverMetaPathFinder):
            finder.sci.d_miss_threshold = MANY_TIMES
