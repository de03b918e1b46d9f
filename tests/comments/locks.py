"""Stops a transaction in a thread at the lock of an article, to show what it holds by then. For PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from blog.comments.counts import lock_articles
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from tests.support.waiting import wait_until

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@contextmanager
def stopped_at(article: Article, app: Flask, work: Callable[[], object]) -> Iterator[Session]:
    """Run the block while ``work`` waits in a thread for ``article``, which the yielded session has locked."""

    def run() -> None:
        with app.app_context():
            work()

    thread = Thread(target=run)
    try:
        with write_transaction(db.session()) as session:
            lock_articles(session, [article.id])
            thread.start()
            wait_until(_is_somebody_waiting)
            yield session
    finally:
        thread.join()


def _is_somebody_waiting() -> bool:
    with db.engine.connect() as connection:
        return bool(connection.scalar(WAITING))
