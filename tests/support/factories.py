"""Creates rows for tests. Each function has defaults for all fields, and commits."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import TypeVar, cast

from markupsafe import Markup
from sqlalchemy import update

from blog.comments.counts import count_comments, repair
from blog.comments.models import Comment, Status
from blog.comments.receipts import receipt_token, token_hash
from blog.comments.thread_paths import add_comments
from blog.content.models import Article, Author, Tag
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.slugs import slugify
from blog.sync.article_links import link_articles

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_numbers = count(1)
Named = TypeVar("Named", Tag, Author)


def make_article(title: str = "On Tea", *, tags: tuple[str, ...] = (), **fields: object) -> Article:
    """An article by Ada Byron, published at noon, with ``fields`` in place of defaults."""
    slug = fields.get("slug") or slugify(title)
    article = Article(
        **{
            "source": "test",
            "source_id": f"{slug}.md",
            "revision": "1",
            "slug": slug,
            "title": title,
            "body_html": "<p>Water first.</p>",
            "excerpt": "Water first.",
            "image_alt": "",
            "published_at": NOON,
            "updated_at": fields.get("published_at", NOON),
            "seo_title": "",
            "seo_description": "",
        }
        | fields
    )
    with write_transaction(db.session()) as session:
        session.add_all([article, *(_named(Tag, name) for name in tags), _named(Author, "Ada Byron")])
        article.labels = {"tags": [[slugify(name), name] for name in tags], "authors": [["ada-byron", "Ada Byron"]]}
        session.flush()
        link_articles(session, [article])
    return article


def make_comment(article: Article, body: str = "Thank you.", **fields: object) -> Comment:
    """A pending comment by Bea Brown, with ``fields`` in place of defaults; ``parent`` makes it a reply."""
    return make_comments(article, [{"body": body}], **fields)[0]


def make_comments(article: Article, each: Iterable[Mapping[str, object]], **fields: object) -> list[Comment]:
    """Comments with the same ``fields`` but for what ``each`` one has for itself, in one transaction."""
    parent = cast("Comment | None", fields.pop("parent", None))
    comments = [_new_comment(article, {**fields, **own}) for own in each]
    with write_transaction(db.session()) as session:
        add_comments(session, comments, parent)
        count_comments(session, [comment for comment in comments if comment.is_public], 1)
    return comments


def _new_comment(article: Article, fields: dict[str, object]) -> Comment:
    body = fields.get("body", "Thank you.")
    fingerprint = sha256(f"{next(_numbers)}{body}".encode()).hexdigest()
    return Comment(
        **{
            "article_id": article.id,
            "status": Status.PENDING,
            "name": "Bea Brown",
            "email": "bea@example.org",
            "website": "",
            "body": body,
            "body_html": Markup("<p>{}</p>\n").format(body),
            "cleaner_version": 1,
            "submitted_at": utc_now(),
            "network": "203.0.113.0/24",
            "user_agent": "A browser",
            "fingerprint": fingerprint,
            "receipt_token_hash": token_hash(receipt_token(article.id, fingerprint)),
        }
        | fields
    )


def set_all_statuses(status: Status) -> None:
    """Set the status of every comment, and correct the counts."""
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(status=status))
        repair(session)


def _named(model: type[Named], name: str) -> Named:
    found = db.session.scalar(db.select(model).where(model.slug == slugify(name)))
    return found or model(slug=slugify(name), name=name)


def make_withdrawn(comment: Comment, age: timedelta) -> None:
    """Let the author have withdrawn a comment this long ago, after it was approved."""
    values = {"status": Status.WITHDRAWN, "withdrawn_from": Status.APPROVED, "withdrawn_at": utc_now() - age}
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.id == comment.id).values(values))
