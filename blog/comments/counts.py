"""Counts of an article's public comments and of a comment's replies.

The counts are columns, updated in the transaction that changes a comment, so that no page has to count.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from blog.cache.purges import EVERYTHING, purge
from blog.comments.models import Comment
from blog.comments.thread_paths import ancestor_ids
from blog.content.models import Article

BATCH_SIZE = 500


def lock_articles(session: Session, article_ids: Collection[int]) -> None:
    """Lock the articles' rows in a fixed order, so that transactions that change their comments cannot deadlock.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name != "sqlite":
        rows = select(Article.id).where(Article.id.in_(article_ids)).order_by(Article.id)
        # This is FOR NO KEY UPDATE: a comment that is being inserted locks its article FOR KEY SHARE, because of its
        # foreign key, and these two locks do not wait for each other.
        session.execute(rows.with_for_update(key_share=True))


def count_comments(session: Session, comments: Collection[Comment], change: int) -> None:
    """Update the counts for comments that have all become public (``change`` is 1) or are all no longer public (-1).

    Rows that change by the same number take one statement.
    """
    of_article = Counter(comment.article_id for comment in comments)
    for count, ids in _by_count(of_article).items():
        articles = update(Article).where(Article.id.in_(ids))
        # The database adds, because the objects in this session may have an older count.
        session.execute(articles.values(comment_count=Article.comment_count + count * change))
    of_comment = Counter[int]()
    for comment in comments:
        of_comment.update(ancestor_ids(comment.parent_id, comment.root_id, comment.path))
    for count, ids in _by_count(of_comment).items():
        ancestors = update(Comment).where(Comment.id.in_(ids))
        session.execute(ancestors.values(reply_count=Comment.reply_count + count * change))


def _by_count(counter: Counter[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for id_, count in sorted(counter.items()):
        found.setdefault(count, []).append(id_)
    return found


def articles_with_wrong_counts(session: Session, limit: int) -> Sequence[str]:
    """The slugs of at most ``limit`` articles whose stored count is wrong, found by one statement."""
    counted = select(func.count()).where(Comment.article_id == Article.id, Comment.IS_PUBLIC).scalar_subquery()
    return session.scalars(select(Article.slug).where(Article.comment_count != counted).limit(limit)).all()


@dataclass(frozen=True)
class WrongCount:
    """A stored count that differs from the rows."""

    table: str
    row_id: int
    stored: int
    counted: int


def wrong_counts(session: Session) -> Iterable[WrongCount]:
    """Every stored count that differs from the rows; reads the articles in batches."""
    for article_ids in _batches(session):
        yield from _wrong_in(session, article_ids)


def repair(session: Session) -> list[WrongCount]:
    """Correct every wrong count within the caller's write transaction; return what was wrong."""
    found: list[WrongCount] = []
    for article_ids in _batches(session):
        if any(_wrong_in(session, article_ids)):
            # Only now is it worth a lock. Until it is held, a decision may change what was just counted.
            lock_articles(session, article_ids)
            found += _wrong_in(session, article_ids)
    for wrong in found:
        _store(session, wrong)
    if found:
        purge(session, [EVERYTHING], "recount")
    return found


def _store(session: Session, wrong: WrongCount) -> None:
    if wrong.table == Article.__tablename__:
        session.execute(update(Article).where(Article.id == wrong.row_id).values(comment_count=wrong.counted))
    else:
        session.execute(update(Comment).where(Comment.id == wrong.row_id).values(reply_count=wrong.counted))


def _batches(session: Session) -> Iterable[Sequence[int]]:
    """The ids of all articles, in batches."""
    following = select(Article.id).order_by(Article.id).limit(BATCH_SIZE)
    last = 0
    while article_ids := session.scalars(following.where(Article.id > last)).all():
        last = article_ids[-1]
        yield article_ids


def _wrong_in(session: Session, article_ids: Sequence[int]) -> Iterable[WrongCount]:
    # Counted here and not in SQL, because the ancestors of a reply are digits in its path.
    of_article, of_comment = Counter[int](), Counter[int]()
    columns = (Comment.article_id, Comment.parent_id, Comment.root_id, Comment.path)
    public = select(*columns).where(Comment.article_id.in_(article_ids), Comment.IS_PUBLIC)
    for row in session.execute(public):
        of_article[row.article_id] += 1
        of_comment.update(ancestor_ids(row.parent_id, row.root_id, row.path))
    for id_, stored in session.execute(select(Article.id, Article.comment_count).where(Article.id.in_(article_ids))):
        if stored != of_article[id_]:
            yield WrongCount("article", id_, stored, of_article[id_])
    for id_, stored in session.execute(
        select(Comment.id, Comment.reply_count).where(Comment.article_id.in_(article_ids))
    ):
        if stored != of_comment[id_]:
            yield WrongCount("comment", id_, stored, of_comment[id_])
