"""Reads feeds as feed readers do, and makes what they show."""

import json
from typing import Any

import feedparser  # type: ignore[import-untyped]
from flask.testing import FlaskClient
from sqlalchemy import update

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import make_comment

SITE = "https://blog.example.org"
ALL = ("/feed.xml", "/tags/tea/feed.xml", "/authors/ada-byron/feed.xml", "/articles/on-tea/comments.xml")


def parsed(client: FlaskClient, path: str) -> Any:  # noqa: ANN401 - as feedparser makes it
    answer = client.get(path)
    assert answer.status_code == 200
    found = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    return found


def fetch_json(client: FlaskClient, path: str) -> Any:  # noqa: ANN401 - as it is in JSON
    answer = client.get(path)
    assert answer.content_type == "application/feed+json"
    return json.loads(answer.data)


def change(article: Article, **values: object) -> None:
    with write_transaction(db.session()) as session:
        session.execute(update(Article).where(Article.id == article.id).values(**values))


def approved(article: Article, body: str = "Thank you.", **fields: object) -> Comment:
    return make_comment(article, body, status=Status.APPROVED, **fields)
