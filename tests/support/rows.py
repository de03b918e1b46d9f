"""Reads rows as they are now in the database."""

from typing import TypeVar

from sqlalchemy import select

from blog.comments.models import Comment
from blog.content.models import Article, Redirect
from blog.extensions import db
from blog.moderation import account_log, accounts
from blog.moderation.models import Moderator

Row = TypeVar("Row")


def reread(row: Row) -> Row:
    """The same object, with the present values of its row."""
    db.session.rollback()
    db.session.refresh(row)
    return row


def newest_comment() -> Comment:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()


def account(name: str) -> Moderator:
    db.session.rollback()
    db.session.expire_all()
    return accounts.named(name)


def account_actions() -> list[str]:
    """What was done with accounts, the newest first."""
    db.session.rollback()
    return [event.action for event in account_log.event_page().events]


def article(slug: str) -> Article:
    db.session.expire_all()
    return db.session.scalars(select(Article).where(Article.slug == slug)).one()


def live_slugs() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Article.slug).where(Article.withdrawn_at.is_(None))))


def redirects() -> dict[str, str]:
    db.session.rollback()
    return {row.path: row.article.slug for row in db.session.scalars(select(Redirect))}
