"""What Akismet is sent about a comment.

The fields are described at https://akismet.com/developers/detailed-docs/comment-check/.
"""

from sqlalchemy import select

from blog.comments.models import Comment, CommentRevision
from blog.comments.signals.models import RequestKind
from blog.config import settings
from blog.extensions import db


def fields_of(comment: Comment, action: RequestKind) -> dict[str, str]:
    """The comment in Akismet's fields. A check sends its newest text; a report sends its first one."""
    body = comment.body
    if action is not RequestKind.CHECK and comment.revision > 1:
        first = select(CommentRevision.body).where(CommentRevision.comment_id == comment.id)
        body = db.session.scalar(first.order_by(CommentRevision.revision).limit(1)) or body
    fields = {
        "blog": settings.url or "",
        # The first address of the network, because the full address is not stored.
        "user_ip": comment.network.partition("/")[0],
        "user_agent": comment.user_agent,
        "comment_type": "reply" if comment.parent_id else "comment",
        "comment_author": comment.name,
        "comment_author_email": comment.email,
        "comment_author_url": comment.website,
        "comment_content": body,
        "comment_date_gmt": comment.submitted_at.isoformat(),
        "permalink": f"{settings.url or ''}/articles/{comment.article.slug}",
        "blog_lang": settings.language,
        "blog_charset": "UTF-8",
    }
    if action is RequestKind.CHECK and comment.revision > 1:
        fields["recheck_reason"] = "edit"
    return {name: value for name, value in fields.items() if value}
