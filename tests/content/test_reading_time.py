"""The time to read an article, from its number of words."""

import pytest

from blog.content.models import Article
from blog.content.reading_time import minutes_to_read


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (100, 1), (440, 2), (2200, 10)])
def test_the_time_to_read_is_at_least_a_minute(words: int, minutes: int) -> None:
    assert minutes_to_read(words) == minutes
    assert Article(word_count=words).reading_minutes == minutes
