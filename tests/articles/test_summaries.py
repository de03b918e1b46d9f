"""What lists show of each article, in the built-in theme and in ``tiles``."""

import re

import pytest
from flask.testing import FlaskClient

from blog.comments.models import Status
from blog.paths import THEMES
from tests.support.factories import make_article, make_comment

IMAGE = "/media/" + "0" * 32 + "-900-avif-webp.jpg"


@pytest.fixture(autouse=True)
def _articles(client: FlaskClient) -> None:
    for number in (1, 2):
        article = make_article(
            f"Tea {number}",
            tags=("One", "Two", "Three", "Four", "Five"),
            image=IMAGE,
            image_alt="A cup",
            image_width=900,
            image_height=600,
            word_count=660,
        )
        make_comment(article, status=Status.APPROVED)


def test_pictures_are_sized_and_only_the_first_is_fetched_at_once(client: FlaskClient) -> None:
    page = client.get("/").text
    first, second = re.findall(r'<img class="summary__image[^>]*>', page)
    assert all('width="900" height="600"' in image and 'alt="A cup"' in image for image in (first, second))
    assert 'fetchpriority="high"' in first
    assert 'loading="lazy"' in second
    assert page.count('<source type="image/avif" srcset="/media/') == 2


def test_a_summary_shows_author_time_comments_three_tags_and_how_many_more(client: FlaskClient) -> None:
    summary = client.get("/").text.split("</article>")[0]
    for shown in ("Ada Byron", "3 minutes to read", "1 comment</a>", ">+2<", "2 more tags"):
        assert shown in summary
    assert summary.count('class="tag ') == 3
    assert ">Five</a>" in client.get("/articles/tea-1").text


def test_shipped_themes_change_the_look_of_lists_and_not_their_parts() -> None:
    assert list(THEMES.rglob("_summaries.html")) == []


def test_a_large_number_of_comments_has_separators(client: FlaskClient) -> None:
    make_article("On Tea", comment_count=1234)
    assert "1,234 comments" in client.get("/").text
    assert "1,234 comments" in client.get("/articles/on-tea").text
