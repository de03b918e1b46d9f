"""How long it takes to read an article."""

WORDS_A_MINUTE = 220


def minutes_to_read(words: int) -> int:
    """Return the estimated time to read a text of so many ``words``, at least one minute."""
    return max(1, round(words / WORDS_A_MINUTE))
