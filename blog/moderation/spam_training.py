"""Trains the spam classifier with the log of decisions. The worker does it, some seconds later.

Not in the transaction of a decision: a comment has some hundred words, and a bulk decision a thousand comments, so
moderators would wait for hundreds of thousands of counts, and two of them would wait for each other's.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blog.comments.models import AuthorRole, Comment, CommentRevision, Status
from blog.comments.signals.text import text_of
from blog.comments.signals.tokens import tokens_of
from blog.comments.signals.training import Lesson, learn, learned_until
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.models import Decision

BATCH_SIZE = 200
LABELS = {Status.SPAM: True, Status.APPROVED: False}


def learn_decisions() -> int:
    """Learn from new decisions, and unlearn undone ones; return how many comments changed."""
    # No smaller id can be committed later: transactions that decide wait for each other (``lock_log``).
    is_new = Decision.id > learned_until()
    read = select(Decision.id, Decision.comment_id).where(is_new).order_by(Decision.id).limit(BATCH_SIZE).subquery()
    # In the order of the decisions, so that learned_until() is right if the work stops between two comments.
    newest = select(read.c.comment_id, func.max(read.c.id)).group_by(read.c.comment_id).order_by(func.max(read.c.id))
    learned = 0
    # All rows are read first, because each write transaction begins with a commit, which ends the query's own.
    for comment_id, decision_id in db.session.execute(newest).all():
        with write_transaction(db.session()) as session:
            lesson = _lesson(session, comment_id, decision_id)
            learned += lesson is not None and learn(session, lesson)
    return learned


def _lesson(session: Session, comment_id: int, decision_id: int) -> Lesson | None:
    comment = session.get_one(Comment, comment_id, populate_existing=True)
    if comment.author_role != AuthorRole.READER or comment.status == Status.ERASED:
        # It is stored although it teaches nothing: otherwise the decision would count as new each time.
        return Lesson(comment_id, decision_id, None, [])
    decision = session.get_one(Decision, decision_id)
    # Only moderators' decisions are learned, not those of a policy or a check.
    status = comment.withdrawn_from if comment.status == Status.WITHDRAWN else comment.status
    is_spam = LABELS.get(Status(status or Status.PENDING)) if comment.decided_at is not None else None
    html = comment.body_html
    # The text was edited since then; what is learned is the text that the moderator decided on.
    if decision.revision != comment.revision:
        query = select(CommentRevision.body_html)
        decided = (CommentRevision.comment_id == comment_id, CommentRevision.revision == decision.revision)
        html = session.scalar(query.where(*decided)) or html
    return Lesson(comment_id, decision_id, is_spam, tokens_of(text_of(html), comment.website))
