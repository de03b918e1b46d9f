"""Whether an article takes comments, and which status a comment gets when it is submitted or edited."""

from flask_babel import lazy_gettext

from blog.comments.models import Status
from blog.config import CommentPolicy, Settings
from blog.content.models import Article

HONEYPOT_REASON = lazy_gettext("A field was filled in that people cannot see.")


def comment_policy(article: Article, settings: Settings) -> CommentPolicy:
    """The policy of ``article``: its own, else the site's."""
    return CommentPolicy(article.comment_policy or settings.comments)


def first_status(policy: CommentPolicy, *, fell_for_honeypot: bool, is_held: bool) -> Status:
    """Initial status of a comment submitted under ``policy``; one that is held waits for a moderator in any case."""
    if fell_for_honeypot:
        return Status.SPAM
    return Status.APPROVED if policy is CommentPolicy.OPEN and not is_held else Status.PENDING


def status_after_edit(status: Status, policy: CommentPolicy, *, is_suspicious: bool) -> Status:
    """Status of a comment after its author changed the text: it waits again, unless nobody has to read it."""
    if status is Status.APPROVED and policy is CommentPolicy.OPEN and not is_suspicious:
        return Status.APPROVED
    return Status.SPAM if status is Status.SPAM else Status.PENDING
