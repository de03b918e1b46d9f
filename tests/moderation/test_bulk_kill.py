"""A decision on many comments survives a kill of the server, and nothing is decided twice."""

from pathlib import Path

from sqlalchemy import func, select

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.bulk_lifecycle import propose
from blog.moderation.bulk_lifecycle import start as start_bulk
from blog.moderation.bulk_models import BulkDecision
from blog.moderation.models import Decision
from blog.moderation.queue_filter import QueueFilter
from tests.support.clients import PASSWORD
from tests.support.factories import make_comment
from tests.support.servers import Served, start
from tests.support.waiting import wait_until

COMMENTS = 1_000


def progress(blog: Served) -> tuple[int, bool]:
    """How many comments are decided, and whether that is all."""
    with blog.rows():
        bulk = db.session.scalars(select(BulkDecision)).one()
        return bulk.decided, bulk.finished_at is not None


def fill(blog: Served) -> None:
    """Add the comments, and start a decision on them, as the view does."""
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        first = make_comment(article)
        columns = [column.name for column in Comment.__table__.columns if column.name != "id"]
        values = {name: getattr(first, name) for name in columns}
        rows = [values | {"fingerprint": str(number), "receipt_token_hash": str(number)} for number in range(COMMENTS)]
        with write_transaction(db.session()) as session:
            session.execute(db.insert(Comment), rows[1:])
        cleo = accounts.add("Cleo", PASSWORD)
        start_bulk(propose(QueueFilter(), cleo).id, to=Status.SPAM, moderator=cleo)


def test_a_killed_server_continues_where_it_was(tmp_path: Path) -> None:
    blog = start(tmp_path)
    fill(blog)
    wait_until(lambda: progress(blog)[0] > 0)
    blog.kill()
    decided, is_finished = progress(blog)
    assert 0 < decided < COMMENTS
    assert not is_finished

    blog = start(tmp_path)
    wait_until(lambda: progress(blog)[1])
    blog.stop()
    assert progress(blog) == (COMMENTS, True)
    with blog.rows():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == COMMENTS
        assert db.session.scalar(select(func.count(Decision.comment_id.distinct()))) == COMMENTS
        assert db.session.scalars(select(Comment.status).distinct()).all() == ["spam"]
        assert db.session.scalar(select(func.count()).where(~Decision.is_member)) == 1
    assert "Traceback" not in blog.output
