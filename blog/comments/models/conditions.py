"""The status of a comment, and the conditions that its queries and its indexes share."""

from enum import StrEnum

from sqlalchemy import Index, TextClause, text


class Status(StrEnum):
    """The state of a comment."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"
    """Withdrawn by its author, who can restore it for some time."""
    ERASED = "erased"
    """The text and the personal data were deleted; the row keeps its place in the thread."""


# The indexes of comments hold exactly the rows that pages show. A database uses such an index only for a query with
# the same condition, constants included, so both take it from here. Queries put ``comment.`` before the names.
PUBLIC = "{0}status = 'approved' OR ({0}status = 'pending' AND {0}approved_revision IS NOT NULL)"
IN_THREAD = f"{{0}}root_id IS NULL AND ({{0}}reply_count > 0 OR {PUBLIC})"
IN_REPLIES = f"{{0}}root_id IS NOT NULL AND ({{0}}reply_count > 0 OR {PUBLIC})"
WITH_EMAIL = "{0}email_key <> ''"
WITH_NETWORK = "{0}network <> ''"
WITH_BROWSER = "{0}user_agent <> '' OR {0}accept_language <> ''"


def condition(words: str) -> TextClause:
    """The condition ``words`` for a query."""
    # The parentheses keep its OR apart from the other conditions of a query.
    return text(f"({words.format('comment.')})")


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows for which the condition ``where`` holds."""
    words = where.format("")
    return Index(name, *columns, sqlite_where=text(words), postgresql_where=text(words))


def is_public(status: str, approved_revision: int | None) -> bool:
    """The condition ``PUBLIC`` for values that were read already."""
    return status == Status.APPROVED or (status == Status.PENDING and approved_revision is not None)
