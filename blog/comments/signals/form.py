"""Checks of the form for what only programs do."""

from flask_babel import gettext

from blog.comments.signals.base import SPAM, Check, Details, Finding, Subject


def _find_honeypot(subject: Subject) -> Finding | None:
    return (SPAM, {}) if subject.honeypot else None


def _honeypot_sentence(_: Details) -> str:
    return gettext("A field was filled in that people cannot see.")


HONEYPOT = Check("honeypot", _find_honeypot, _honeypot_sentence, is_of_text=False)


def _akismet_sentence(details: Details) -> str:
    if details["is_certain"]:
        return gettext("Akismet is sure that it is spam.")
    return gettext("Akismet takes it for spam.")


AKISMET = Check("akismet", lambda _: None, _akismet_sentence)
"""It finds nothing by itself: the worker asks Akismet after the comment is stored."""
