"""Checks of the form for what only programs do: a hidden field is filled in, or all of it in no time."""

from flask_babel import format_decimal, gettext

from blog.comments.signals.base import HOLD, SPAM, Check, Details, Finding, Subject

MIN_SECONDS = 3
MIN_CHARACTERS = 40
"""Nobody types this much in three seconds. It can still be pasted, so the signal alone holds nothing."""


def _find_honeypot(subject: Subject) -> Finding | None:
    return (SPAM, {}) if subject.honeypot else None


def _honeypot_sentence(_: Details) -> str:
    return gettext("A field was filled in that people cannot see.")


def _find_quick(subject: Subject) -> Finding | None:
    seconds = subject.proof.seconds if subject.proof else None
    characters = len(subject.text.plain.strip())
    if seconds is None or seconds >= MIN_SECONDS or characters < MIN_CHARACTERS:
        return None
    return HOLD // 2, {"seconds": seconds, "characters": characters}


def _quick_sentence(details: Details) -> str:
    return gettext(
        "Its %(characters)s characters were sent %(seconds)s seconds after the form was first used.",
        characters=format_decimal(details["characters"]),
        seconds=format_decimal(details["seconds"]),
    )


HONEYPOT = Check("honeypot", _find_honeypot, _honeypot_sentence, is_of_text=False)
QUICK = Check("quick", _find_quick, _quick_sentence, is_of_text=False)
