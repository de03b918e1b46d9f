"""Reading documents in tests."""

from collections.abc import Iterable

from blog.content.source_labels import SourceLabel


def names(labels: Iterable[SourceLabel]) -> tuple[str, ...]:
    """The names of tags or authors."""
    return tuple(label.name for label in labels)
