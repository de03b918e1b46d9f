"""Images in articles: this site's in all their widths, others as links."""

import pytest

from blog.markup import clean_article, srcset
from blog.markup.article import finish
from blog.markup.dom import Element

CUP = "/media/0123456789abcdef0123456789abcdef-700-avif.jpg"


def test_an_image_of_this_site_is_loaded_lazily() -> None:
    cleaned = clean_article('<img src="/media/ab12.png" alt="Tea" width="3" loading="eager">')
    assert cleaned == '<img alt="Tea" src="/media/ab12.png" width="3" loading="lazy" decoding="async">'
    assert 'alt=""' in clean_article('<img src="/media/ab12.png">')


def test_an_image_is_offered_in_its_own_widths_and_no_others() -> None:
    foreign = '<source srcset="//a.example/b.png 2x" type="image/png">'
    image = f'<img src="{CUP}" srcset="//a.example/b.png 2x" sizes="1px" width="700" height="9">'
    cleaned = clean_article(f"<p>A <a href='/x'><picture>{foreign}{image}</picture></a>.</p>{foreign}")
    stem = CUP.partition("-")[0]
    assert cleaned == (
        f'<p>A <a href="/x"><picture><source type="image/avif" srcset="{stem}-560.avif 560w, {stem}-700.avif 700w" '
        f'sizes="{srcset.COLUMN}"><img alt="" src="{CUP}" width="700" height="9" loading="lazy" decoding="async">'
        "</picture></a>.</p>"
    )
    assert clean_article(cleaned) == cleaned


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ('<img src="https://a.example/b.png" alt="Tea">', '<a href="https://a.example/b.png">Tea</a>'),
        ('<img src="https://a.example/my%20cup.png">', '<a href="https://a.example/my%20cup.png">my cup.png</a>'),
        ('<img src="//a.example">', '<a href="//a.example">a.example</a>'),
        ('<a href="/x"><img src="https://a.example/b.png" alt="Tea"></a>', '<a href="/x">Tea</a>'),
        ('<img src="data:image/png;base64,AA" alt="Tea">', "Tea"),
        ('<img src="/media/../secret" alt="Tea">', "Tea"),
        ('<img src="/static/x/logo.png" alt="&lt;b&gt;">', "&lt;b&gt;"),
    ],
)
def test_an_image_of_another_host_becomes_a_link_or_its_text(html: str, cleaned: str) -> None:
    assert clean_article(html) == cleaned


def test_an_image_with_an_invalid_address_becomes_its_text() -> None:
    body = Element("", {}, [Element("img", {"src": "http://[x", "alt": "A cup"})])
    assert finish(body) == "A cup"
