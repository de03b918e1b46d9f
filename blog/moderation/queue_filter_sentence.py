"""The sentence above a filtered queue that says which comments it shows."""

from flask_babel import gettext
from sqlalchemy import select

from blog.comments.models import Comment
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.queue_filter import Narrowing, QueueFilter
from blog.moderation.signal_titles import signal_title


def narrowing_sentence(wanted: QueueFilter) -> str:
    """A sentence that says which comments ``wanted`` includes."""
    value = wanted.value
    if wanted.narrowing is Narrowing.CHECK:
        return gettext("Only comments with a finding of this check: %(check)s.", check=signal_title(str(value)))
    if wanted.narrowing is Narrowing.ARTICLE:
        title = db.session.scalar(select(Article.title).where(Article.id == value)) or "–"
        return gettext("Only comments on “%(title)s”.", title=title)
    column = Comment.email if wanted.narrowing is Narrowing.ADDRESS else Comment.network
    of = db.session.scalar(select(column).where(Comment.id == value)) or "–"
    if wanted.narrowing is Narrowing.ADDRESS:
        return gettext("Only comments of %(address)s.", address=of)
    return gettext("Only comments from the network %(network)s.", network=of)
