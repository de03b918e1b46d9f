"""Splits long series into batches, so that transactions stay short and memory does not grow."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from blog.sources.base import SOURCE_FAILURES

BATCH_SIZE = 100

T = TypeVar("T")


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """``items`` in lists of at most ``BATCH_SIZE``. If iterating fails, the items so far are yielded first."""
    batch: list[T] = []
    try:
        for item in items:
            batch.append(item)
            if len(batch) == BATCH_SIZE:
                yield batch
                batch = []
    except SOURCE_FAILURES:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
