"""Reads rows of articles after a sync."""

from sqlalchemy import select

from blog.content.models import Article, Redirect
from blog.extensions import db


def article(slug: str) -> Article:
    db.session.expire_all()
    return db.session.scalars(select(Article).where(Article.slug == slug)).one()


def live_slugs() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Article.slug).where(Article.withdrawn_at.is_(None))))


def redirects() -> dict[str, str]:
    db.session.rollback()
    return {row.path: row.article.slug for row in db.session.scalars(select(Redirect))}
