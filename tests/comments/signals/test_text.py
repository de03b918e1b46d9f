"""Words and links, as checks compare them."""

import pytest

from blog.comments.signals.text import domain_of, text_of, words_of
from blog.markup import clean_comment


def test_markup_inside_a_word_does_not_split_it() -> None:
    text = text_of(clean_comment("Buy v**i**agra & more, at <https://www.Shop.Example/x?a=1>.").html)
    assert text.words[:4] == ("buy", "viagra", "more", "at")
    assert text.domains == ("shop.example",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße STRASSE", ("strasse", "strasse")),
        ("Crème", ("creme",)),
        ("\uff36\uff29\uff21", ("via",)),
        ("\U0001d402\U0001d400\U0001d412\U0001d408\U0001d40d\U0001d40e caf\u00e9", ("casino", "cafe")),
        ("\U0001d402\U0001d400\U0001d412\U0001d408\U0001d40d\U0001d40e", ("casino",)),
        ("vi\u200bag\u00adra", ("viagra",)),
        ("press-release don't", ("press", "release", "don", "t")),
        ("好茶 tea", ("好", "茶", "tea")),
    ],
)
def test_words_are_compared_without_case_accents_and_invisible_characters(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://WWW.Example.ORG./path", "example.org"),
        ("http://bücher.example:81/", "xn--bcher-kva.example"),
        ("mailto:Bea@Mail.Example?subject=x", "mail.example"),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_a_domain_is_the_normalised_host(address: str, domain: str) -> None:
    assert domain_of(address) == domain
