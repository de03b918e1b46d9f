"""What Akismet said of a comment. The worker asks it after the comment is stored (:mod:`blog.comments.akismet`)."""

from flask_babel import gettext

from blog.comments.signals.base import Check, Details


def _akismet_sentence(details: Details) -> str:
    if details["is_certain"]:
        return gettext("Akismet is sure that it is spam.")
    return gettext("Akismet takes it for spam.")


AKISMET = Check("akismet", lambda _: None, _akismet_sentence)
"""It finds nothing by itself: the worker stores the answer."""
