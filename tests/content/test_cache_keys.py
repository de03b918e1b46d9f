"""Which pages are purged after a change of an article."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.cache.header_keys import header_key
from blog.cache.purges import CachePurge
from blog.content.cache_keys import (
    ARCHIVE,
    INDEX,
    Change,
    Shown,
    keys_published_between,
    purge_changes,
    series_key,
    title_key,
)
from blog.content.reading_time import WORDS_A_MINUTE
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import NOON, make_article

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lang", "ar"),
        ("image_alt", "A cup"),
        ("word_count", 5 * WORDS_A_MINUTE),
        ("title", "On Cups"),
        ("excerpt", "x"),
    ],
)
def test_a_change_that_lists_show_purges_the_lists(field: str, value: object) -> None:
    article = make_article()
    before = Shown.of(article)
    setattr(article, field, value)
    assert {INDEX, ARCHIVE, title_key(article.id)} <= Change(article, before).keys()


def test_a_new_part_of_a_series_purges_the_pages_of_the_others(client: FlaskClient) -> None:
    make_article("First cup", series="A day of tea")
    keys = client.get("/articles/first-cup").headers["Surrogate-Key"].split()
    second = make_article("Second cup", series="A day of tea", published_at=NOON + timedelta(days=2))
    make_article("In between", published_at=NOON + timedelta(days=1))
    with write_transaction(db.session()) as session:
        purge_changes(session, [Change(second, Shown.of(None))], "sync")
    purged = set(db.session.scalars(select(CachePurge.key)))
    due = keys_published_between(db.session.connection(), NOON + timedelta(days=1), NOON + timedelta(days=2))
    for found in (purged, set(due)):
        assert {header_key(key) for key in found} & set(keys) == {header_key(series_key("A day of tea"))}


def test_a_change_of_the_text_alone_purges_no_list() -> None:
    article = make_article()
    before = Shown.of(article)
    article.body_html = "<p>Other words.</p>"
    assert not {INDEX, ARCHIVE, title_key(article.id)} & Change(article, before).keys()
