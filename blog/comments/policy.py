"""Whether an article takes comments, and which status a comment gets when it is submitted or edited."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext, ngettext

from blog.comments.models import CommentSignal, Status
from blog.comments.signals import is_spam, weight_of
from blog.comments.signals.base import HOLD, Signal
from blog.config import CommentPolicy, Settings, settings
from blog.content.models import Article
from blog.database import utc_now
from blog.theming.site import number


class Verdict(StrEnum):
    """The result of all signals of a comment."""

    CLEAN = "clean"
    HELD = "held"
    """A moderator has to look at it under every policy."""
    SPAM = "spam"


def comment_policy(article: Article, settings: Settings, at: datetime | None = None) -> CommentPolicy:
    """The policy of ``article`` or else of the site; closed if a moderator closed it or its days are over.

    :param at: when an existing comment was submitted; by default, now.
    """
    policy = CommentPolicy(article.comment_policy or settings.comments)
    # Edits and confirmations pass the time of their comment: closing the article later does not hold them back.
    if article.comments_closed_at is not None and (at or utc_now()) >= article.comments_closed_at:
        return CommentPolicy.CLOSED
    days = settings.comments_close_days
    if days and (at or utc_now()) >= article.published_at + timedelta(days=days):
        return CommentPolicy.CLOSED
    return policy


def closed_reason(article: Article) -> str:
    """Why ``article`` takes no comments; shown in place of the form."""
    if article.comments_closed_at or (article.comment_policy or settings.comments) == CommentPolicy.CLOSED:
        return gettext("Comments are closed.")
    days = settings.comments_close_days
    return ngettext(
        "Comments are closed: an article takes them for %(count)s day.",
        "Comments are closed: an article takes them for %(count)s days.",
        days,
        count=number(days),
    )


def verdict(signals: Sequence[Signal | CommentSignal]) -> Verdict:
    """The result of ``signals``: one can be enough for spam; several can add up to hold a comment."""
    if is_spam(signals):
        return Verdict.SPAM
    return Verdict.HELD if weight_of(signals) >= HOLD else Verdict.CLEAN


def first_status(policy: CommentPolicy, found: Verdict, *, is_trusted: bool = False) -> Status:
    """Initial status of a comment submitted under ``policy``. Signals can hold a comment under every policy.

    :param is_trusted: its author is trusted and has confirmed it; see :mod:`blog.comments.trust`.
    """
    if found is Verdict.SPAM:
        return Status.SPAM
    is_free = policy is CommentPolicy.OPEN or (policy is CommentPolicy.FIRST and is_trusted)
    return Status.APPROVED if is_free and found is Verdict.CLEAN else Status.PENDING


def status_after_edit(status: Status, policy: CommentPolicy, found: Verdict, *, is_trusted: bool = False) -> Status:
    """Status of a comment after its author edited it: it waits again, unless the policy would publish it at once.

    An edit never makes a comment spam: a moderator sees the new text, with its signals.
    """
    if status is Status.APPROVED and first_status(policy, found, is_trusted=is_trusted) is Status.APPROVED:
        return Status.APPROVED
    return Status.SPAM if status is Status.SPAM else Status.PENDING
