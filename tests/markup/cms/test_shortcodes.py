"""Shortcodes are removed, pictures with captions become figures, and other text in brackets stays."""

import pytest

from blog.markup import article_sanitizer
from blog.markup.cms.embeds import replace_cms_markup
from blog.markup.dom import write
from tests.support.markup import normal_html
from tests.support.markup import without_cms_markup as plain


def words(html: str) -> str:
    return " ".join(plain(f"<p>{html}</p>").removeprefix("<p>").removesuffix("</p>").split())


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ('[contact-form-7 id="1" title="Ask us"]', ""),
        ("[contact-form-7 id=”1″ title=”Ask”] Write to us.", "Write to us."),
        ("[button url=’https://a.example’ title=’Buy it’ /] Write to us.", "Write to us."),
        ("[vc_row][vc_column width='1/2']Tea[/vc_column][/vc_row]", "Tea"),
        ("[fancy]Tea <b>and</b> milk[/fancy]", "Tea <b>and</b> milk"),
        ("[gallery] [playlist]", ""),
        ('[gallery ids="1,2" columns="3"]', ""),
    ],
)
def test_shortcodes_are_removed(text: str, becomes: str) -> None:
    assert words(text) == becomes


@pytest.mark.parametrize(
    "text",
    [
        "He said [sic] and left.",
        "See [1] and [note 2].",
        "An array [x] has a[0].",
        "[see below] [Tea]",
        "[a=b]",
        "A talk about tea [video], and another [audio]",
        "I hate milk. [/rant]",
        "[rant] I hate milk. [/sarcasm]",
        "[[gallery]] and [[box a='b']] show pictures",
        "[b]bold[/b]",
        "Write [box] to open and <code>[/box]</code> to close it.",
    ],
)
def test_brackets_stay(text: str) -> None:
    assert words(text) == text


def test_code_is_left_as_it_is() -> None:
    code = '<pre><code>[gallery ids="1"] &lt;iframe src="x"&gt;</code></pre><p>In <code>[vc_row a="b"]</code></p>'
    assert plain(code) == normal_html(code)


@pytest.mark.parametrize("opening", ["[embed]", '[embed width="300"]'])
def test_an_address_to_embed_is_a_link(opening: str) -> None:
    html = f"<p>{opening}https://a.example/x?a=1&amp;b=2[/embed]</p>"
    body = article_sanitizer.read(html)
    dropped = replace_cms_markup(body, html)
    assert write(body.children) == '<p><a href="https://a.example/x?a=1&amp;b=2">a.example</a></p>'
    assert dropped == {"embed": 1}


IMAGE = '<img src="/leaf.png" alt="A leaf">'


@pytest.mark.parametrize(
    ("html", "becomes"),
    [
        (
            f'<p>[caption id="attachment_6" width="300"]<a href="/leaf">{IMAGE}</a>A <em>dried</em> leaf[/caption]</p>',
            f'<figure><a href="/leaf">{IMAGE}</a><figcaption>A <em>dried</em> leaf</figcaption></figure>',
        ),
        (
            f"<p>Before [caption width='3']{IMAGE}A leaf[/caption] after</p>",
            f"<p>Before </p><figure>{IMAGE}<figcaption>A leaf</figcaption></figure><p> after</p>",
        ),
        (f"[caption]{IMAGE}One[/caption]" * 2, f"<figure>{IMAGE}<figcaption>One</figcaption></figure>" * 2),
        (f'[caption caption="A leaf"]{IMAGE}[/caption]', f"<figure>{IMAGE}<figcaption>A leaf</figcaption></figure>"),
        (f"[caption]{IMAGE}[/caption]", f"<figure>{IMAGE}</figure>"),
        ("<p>[caption width='3']No picture[/caption]</p>", "<p>No picture</p>"),
        (f"<p>[caption width='3']{IMAGE} without an end</p>", f"<p>{IMAGE} without an end</p>"),
        (f"<p>A [caption] of {IMAGE}</p>", f"<p>A [caption] of {IMAGE}</p>"),
    ],
)
def test_a_picture_with_its_caption_is_a_figure(html: str, becomes: str) -> None:
    assert plain(html) == normal_html(becomes)
