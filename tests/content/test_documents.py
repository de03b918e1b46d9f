"""A document says which of its fields is wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.content.documents import Document, InvalidDocument
from blog.slugs import is_slug, slugify

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def document(**fields: Any) -> Document:  # noqa: ANN401 - any field's type
    tea: dict[str, Any] = {"source_id": "tea.md", "slug": "tea", "title": "Tea", "body": "", "updated_at": NOON}
    return Document(**tea | fields)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Café culture", "cafe-culture"),
        ("  What’s *new*? ", "what-s-new"),
        ("Straße", "strasse"),
        ("Чай", "чай"),
        ("茶の本", "茶の本"),
        ("हिन्दी चाय", "हिन्दी-चाय"),
        ("İstanbul", "istanbul"),
        ("☕", ""),
    ],
)
def test_a_slug_is_made_of_letters_and_digits(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text(max_size=300))
def test_every_slug_is_valid_and_slugifies_to_itself(text: str) -> None:
    slug = slugify(text)
    assert len(slug) <= 200
    assert slugify(slug) == slug
    if slug:
        assert is_slug(slug)
        assert document(slug=slug).slug == slug


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 301),
        ("title", "a\0b"),
        ("excerpt", "\ud800"),
        ("body", "x" * 2_000_001),
        ("slug", "Tea"),
        ("slug", "a/b"),
        ("slug", ""),
        ("lang", "français"),
        ("updated_at", datetime(2026, 3, 1)),  # noqa: DTZ001 - that is what is wrong
        ("published_at", datetime(2026, 3, 1)),  # noqa: DTZ001
        ("former_urls", ("https://a.example/",)),
        ("former_urls", ("//a.example/",)),
        ("former_urls", ("/old?page=2",)),
        ("former_urls", ("/old%00",)),
        ("former_urls", tuple(f"/{number}" for number in range(51))),
        ("canonical_url", "javascript:alert(1)"),
        ("canonical_url", "/relative"),
        ("canonical_url", "http://[tea"),
        ("published_at", datetime(1, 1, 1, tzinfo=UTC)),
        ("published_at", datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_an_error_names_the_wrong_field(field: str, value: object) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        document(**{field: value})
    assert refusal.value.field == field
    assert len(str(refusal.value)) < 200
