"""Whether an article takes comments, and where a new comment begins."""

from blog.comments.models import Status
from blog.config import Settings
from blog.content.documents import CommentPolicy
from blog.content.models import Article


def comment_policy(article: Article, settings: Settings) -> CommentPolicy:
    """The policy of ``article``: its own, else the site's."""
    return CommentPolicy(article.comment_policy or settings.comments)


def first_status(policy: CommentPolicy, *, fell_for_decoy: bool) -> Status:
    """Where a comment begins that came in under ``policy``."""
    if fell_for_decoy:
        return Status.SPAM
    return Status.APPROVED if policy is CommentPolicy.OPEN else Status.PENDING
