"""A sync with another process beside it, also on a machine with one processor.

The process of the blog runs this file before its command, if it was started with :data:`RUN_FIRST`.
"""

from blog.sync import parallel_preparer

RUN_FIRST = {"RUN_FIRST": __file__}


def two() -> int:
    return 2


if __name__ == "__main__":
    vars(parallel_preparer).update(processors=two)
