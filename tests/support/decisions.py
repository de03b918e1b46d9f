"""Lets moderators decide on comments."""

from blog.comments.models import Comment, Status
from blog.moderation.decisions import decide
from blog.moderation.models import Decision, Moderator
from tests.support.rows import reread


def decide_on(
    comment: Comment, to: Status, moderator: Moderator, reason: str = "", *, is_for_author: bool = False
) -> Decision:
    """Let ``moderator`` decide on the present version of ``comment``."""
    reread(comment)
    decision = decide(
        comment.id,
        to=to,
        revision=comment.revision,
        version=comment.version,
        moderator=moderator,
        reason=reason,
        is_for_author=is_for_author,
    )
    assert decision is not None
    return decision
