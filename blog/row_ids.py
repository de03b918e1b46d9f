"""Reads the ids of rows in requests."""

MAX_ID = 2**31 - 1
"""The largest id that PostgreSQL stores in an ``INTEGER`` column."""


def row_id(text: str) -> int:
    """The id that ``text`` stands for, as in ``request.args.get("before", type=row_id)``.

    :raises ValueError: no row can have this id.
    """
    if text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_ID)) and 0 < int(text) <= MAX_ID:
        return int(text)
    raise ValueError(text[:50])
