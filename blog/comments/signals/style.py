"""Checks of the style of a text: capitals, and what is repeated."""

from collections import Counter

from flask_babel import gettext

from blog.comments.signals.base import Check, Details, Finding, Subject

MIN_LETTERS = 30
SHOUTED = 0.7
"""A text with this share of capitals counts as shouting."""
LONG_RUN = 12
"""This many equal characters in a row are more than emphasis."""
MIN_WORDS = 20
REPEATED = 0.3
"""A word with this share of the text counts as repeated."""


def _find_shouting(subject: Subject) -> Finding | None:
    # Letters without case, such as Chinese characters, say nothing about shouting.
    letters = [c for c in subject.text.plain if c.isupper() or c.islower()]
    if len(letters) < MIN_LETTERS:
        return None
    share = sum(c.isupper() for c in letters) / len(letters)
    return (15, {"percent": round(share * 100)}) if share >= SHOUTED else None


def _shouting_sentence(details: Details) -> str:
    return gettext("%(percent)s percent of the letters are capitals.", percent=details["percent"])


def _find_repetition(subject: Subject) -> Finding | None:
    run = _longest_run(subject.text.plain)
    if run >= LONG_RUN:
        return 15, {"run": run}
    # Every text repeats its short words, such as “the”.
    words = [word for word in subject.text.words if len(word) > 3]
    if len(words) < MIN_WORDS:
        return None
    word, count = Counter(words).most_common(1)[0]
    return (15, {"word": word[:60], "count": count}) if count / len(words) >= REPEATED else None


def _longest_run(text: str) -> int:
    longest = run = 0
    before = ""
    for character in text:
        run = run + 1 if character == before and character.isprintable() and not character.isspace() else 1
        before = character
        longest = max(longest, run)
    return longest


def _repetition_sentence(details: Details) -> str:
    if "run" in details:
        return gettext("The same character appears %(count)s times in a row.", count=details["run"])
    return gettext("“%(word)s” appears %(count)s times.", word=details["word"], count=details["count"])


SHOUTING = Check("shouting", _find_shouting, _shouting_sentence)
REPETITION = Check("repetition", _find_repetition, _repetition_sentence)
