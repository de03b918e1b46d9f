"""Which pages are purged after a change of an article."""

import pytest

from blog.content.cache_keys import ARCHIVE, INDEX, Change, Shown, title_key
from blog.content.models.article import WORDS_A_MINUTE
from tests.support.factories import make_article

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


def test_a_change_of_the_text_alone_purges_no_list() -> None:
    article = make_article()
    before = Shown.of(article)
    article.body_html = "<p>Other words.</p>"
    assert not {INDEX, ARCHIVE, title_key(article.id)} & Change(article, before).keys()
