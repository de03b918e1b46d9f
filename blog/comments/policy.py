"""Whether an article takes comments, and the status of a new one."""

from blog.comments.models import Status
from blog.config import Settings
from blog.content.documents import CommentPolicy
from blog.content.models import Article


def comment_policy(article: Article, settings: Settings) -> CommentPolicy:
    """The policy of ``article``: its own, else the site's."""
    return CommentPolicy(article.comment_policy or settings.comments)


def first_status(policy: CommentPolicy, *, fell_for_honeypot: bool, is_held: bool) -> Status:
    """Initial status of a comment submitted under ``policy``; one that is held waits for a moderator in any case."""
    if fell_for_honeypot:
        return Status.SPAM
    return Status.APPROVED if policy is CommentPolicy.OPEN and not is_held else Status.PENDING
