"""A blog with much to moderate: comments of many people, what the checks found in them, and what was decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from sqlalchemy import Insert, String, cast, insert, select, text

from blog.comments.models import Comment, CommentSignal, Status
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.models import Decision, Moderator
from tests.bench.sample_data import COMMONNESS, WORDS, Row

FIRST = 20_000
"""So many are made here; the database copies them, which is ten times as fast."""
NEXT_ID = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0}"
TEXTS = 5_000
YEARS = timedelta(days=730)
WORDS_EACH = (3, 120)
"""From a word of thanks to a long answer; short ones are the most."""
SIGNALS: dict[str, tuple[int, Row]] = {
    "first_comment": (10, {}),
    "links": (30, {"count": 3, "domains": ["a.example", "b.example"]}),
    "network_rate": (40, {"count": 12}),
    "old_article": (10, {"days": 400}),
    "shouting": (20, {"percent": 80}),
}
STATUSES = [Status.PENDING, Status.SPAM, Status.SPAM, Status.REJECTED, *[Status.APPROVED] * 6]
"""Of ten comments, one waits."""


@dataclass(frozen=True)
class Amount:
    """How much there is to moderate. A tenth of the comments waits."""

    comments: int

    @property
    def articles(self) -> int:
        """As many as a busy blog has."""
        return self.comments // 500

    @property
    def people(self) -> int:
        """Some write a lot, most of them little."""
        return self.comments // 20


def write_queue(amount: Amount, moderator: Moderator) -> None:
    """Fill the empty database of the current application; ``moderator`` has decided everything so far."""
    begin = utc_now() - YEARS
    with write_transaction(db.session()) as session:
        session.execute(insert(Article), [_article(number, begin) for number in range(1, amount.articles + 1)])
    _write_first(amount, begin, moderator)
    for copy in range(1, amount.comments // FIRST):
        with write_transaction(db.session()) as session:
            for statement in _copies(copy * FIRST):
                session.execute(statement)
    if db.engine.dialect.name == "postgresql":
        with write_transaction(db.session()) as session:
            for table in ("comment", "decision"):
                session.execute(text(NEXT_ID.format(table)))
            session.execute(text("ANALYZE"))  # as autovacuum would some time later


def _write_first(amount: Amount, begin: datetime, moderator: Moderator) -> None:
    texts, chance = _texts(), Random(3)  # noqa: S311 - the same rows every time
    weights = list(accumulate(1 / rank for rank in range(1, amount.people + 1)))
    writers = chance.choices(range(amount.people), cum_weights=weights, k=FIRST)
    comments = [_comment(number, by, amount, begin, texts) for number, by in enumerate(writers, start=1)]
    with write_transaction(db.session()) as session:
        session.execute(insert(Comment), comments)
        session.execute(insert(CommentSignal), [found for row in comments for found in _signals(row, chance)])
        decided = [_decision(row, moderator.id) for row in comments if row["status"] != Status.PENDING]
        session.execute(insert(Decision), decided)


def _copies(distance: int) -> Iterator[Insert]:
    """Copy the first comments, and what belongs to them, within the database; ids grow by ``distance``."""
    unique = cast(Comment.id + distance, String)
    hashes: Row = {"fingerprint": unique, "receipt_token_hash": unique}
    for model, keys in ((Comment, ["id"]), (CommentSignal, ["comment_id"]), (Decision, ["id", "comment_id"])):
        columns = model.__table__.columns
        changed = {key: columns[key] + distance for key in keys} | (hashes if model is Comment else {})
        rows = select(*(changed.get(column.key, column) for column in columns)).where(columns[keys[-1]] <= FIRST)
        yield insert(model).from_select([column.key for column in columns], rows)


def _texts() -> list[str]:
    chance = Random(7)  # noqa: S311 - the same text every time
    least, most = WORDS_EACH
    lengths = [least + int((most - least) * chance.random() ** 3) for _ in range(TEXTS)]
    return [" ".join(chance.choices(WORDS, cum_weights=COMMONNESS, k=length)) for length in lengths]


def _article(number: int, time: datetime) -> Row:
    return {
        "id": number, "source": "bench", "source_id": str(number), "revision": "1", "slug": f"piece-{number}",
        "title": f"Piece {number}", "body_html": "<p>Water first.</p>" * 300, "excerpt": "Water first.",
        "image_alt": "", "published_at": time, "updated_at": time, "seo_title": "", "seo_description": "",
        "word_count": 600, "labels": {"tags": [], "authors": [["ada", "Ada"]]},
    }  # fmt: skip


def _comment(number: int, writer: int, amount: Amount, begin: datetime, texts: list[str]) -> Row:
    status = STATUSES[number % len(STATUSES)]
    time = begin + YEARS * (number / (FIRST + 1))
    body = texts[number % TEXTS]
    network = number % 7 if status is Status.SPAM else writer
    return {
        "id": number, "article_id": number * 31 % amount.articles + 1, "status": status, "name": f"Bea {writer}",
        "email": f"bea{writer}@example.org", "email_key": f"bea{writer}@example.org", "website": "", "body": body,
        "body_html": f"<p>{body}</p>\n", "cleaner_version": 1, "submitted_at": time,
        "network": f"10.{network // 256 % 256}.{network % 256}.0/24", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "fingerprint": f"{number:064}", "receipt_token_hash": f"{number:064}",
        "decided_at": None if status is Status.PENDING else time + timedelta(hours=3),
    }  # fmt: skip


def _signals(comment: Row, chance: Random) -> Iterator[Row]:
    if comment["status"] is Status.APPROVED:
        return
    for name in chance.sample(list(SIGNALS), k=chance.randint(1, 3)):
        weight, details = SIGNALS[name]
        yield {"comment_id": comment["id"], "name": name, "weight": weight, "details": details}


def _decision(comment: Row, moderator_id: int) -> Row:
    return {
        "id": comment["id"], "comment_id": comment["id"], "moderator_id": moderator_id,
        "from_status": Status.PENDING, "to_status": comment["status"], "revision": 1, "reason": "",
        "decided_at": comment["decided_at"],
    }  # fmt: skip
