"""Checks for a text that was sent before, under this article or another one."""

from flask_babel import gettext

from blog.comments.models import Status
from blog.comments.signals.base import HOLD, Check, Details, Finding, Subject
from blog.comments.signals.history import Earlier

MIN_SHARED = 4
"""How many of its six traces a text shares with one that is nearly the same."""


def _finding(subject: Subject, earlier: list[Earlier]) -> Finding | None:
    if not earlier:
        return None
    newest = max(earlier, key=lambda comment: comment.comment_id)
    return HOLD, {"comment": newest.comment_id, "is_elsewhere": newest.article_id != subject.article.id}


def _find_same(subject: Subject) -> Finding | None:
    return _finding(subject, [found for found in subject.known.history.same_text if found.status != Status.ERASED])


def _same_sentence(details: Details) -> str:
    if details["is_elsewhere"]:
        return gettext("The same text was sent before, under another article.")
    return gettext("The same text was sent before, under this article.")


def _find_near(subject: Subject) -> Finding | None:
    # The same text shares all traces, too. SAME_TEXT reports it already.
    same = {comment.comment_id for comment in subject.known.history.same_text}
    near = [
        found[0]
        for id_, found in subject.known.history.near.items()
        if id_ not in same and len(found) >= MIN_SHARED and found[0].status != Status.ERASED
    ]
    return _finding(subject, near)


def _near_sentence(details: Details) -> str:
    if details["is_elsewhere"]:
        return gettext("Nearly the same text was sent before, under another article.")
    return gettext("Nearly the same text was sent before, under this article.")


SAME_TEXT = Check("same_text", _find_same, _same_sentence)
NEAR_TEXT = Check("near_text", _find_near, _near_sentence)
