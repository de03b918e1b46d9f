"""Sends the comment form as a browser does."""

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from blog.comments.models import Comment
from blog.extensions import db

FIELDS = {
    "name": "Bea Brown",
    "email": "bea@example.org",
    "website": "https://bea.example",
    "body": "I boil it *once* & no more.",
}


def send(client: FlaskClient, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
    return client.post("/articles/on-tea/comments", data=FIELDS | fields, headers=headers)


def stored() -> list[Comment]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))
