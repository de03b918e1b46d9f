"""Reading documents in tests."""

from collections.abc import Iterable

from blog.content.source_labels import Term


def names(terms: Iterable[Term]) -> tuple[str, ...]:
    """The names of tags or authors."""
    return tuple(term.name for term in terms)
