"""Settings of SlipCover that its command line does not have, or does not pass to the workers of pytest-xdist."""

import os
import sys

from slipcover.importer import SlipcoverMetaPathFinder  # type: ignore[import-untyped]

MANY_TIMES = 20_000


def spare_work() -> None:
    """Let SlipCover do less. Call this before the blog is imported."""
    for finder in [finder for finder in sys.meta_path if isinstance(finder, SlipcoverMetaPathFinder)]:
        if _only_starts_workers():
            sys.meta_path.remove(finder)
            finder.sci.source = None  # otherwise it reads all files at the end, to find their lines
        # When a line has run so often, SlipCover stops measuring it, and looks through all classes and functions of the
        # blog for that. At its usual 50 times, this took a tenth of the time of all tests.
        finder.sci.d_miss_threshold = MANY_TIMES


def _only_starts_workers() -> bool:
    """Whether this process runs no test, but waits for workers, which measure what the tests run."""
    has_workers = any(argument.startswith("--numprocesses") for argument in sys.argv)
    return has_workers and "PYTEST_XDIST_WORKER" not in os.environ
