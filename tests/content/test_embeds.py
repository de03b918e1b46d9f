"""What a CMS makes beside prose becomes plain HTML: nothing is shown raw, and what went is counted."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.content.embeds import plain_html, told
from blog.markup.article import clean_article, normal_html
from blog.markup.nesting import TooDeep
from blog.markup.plain import plain_text
from tests.content.conftest import Pull
from tests.content.looking import article
from tests.content.writing import write
from tests.outline import Outline

RECORDED = Path(__file__).parents[1] / "recorded"


def plain(html: str) -> str:
    return normal_html(plain_html(html)[0])


@pytest.mark.parametrize(
    ("html", "becomes"),
    [
        (
            '<iframe src="https://video.example/7" title="Pouring"></iframe>',
            '<p><a href="https://video.example/7">Pouring</a></p>',
        ),
        (
            '<iframe src="//www.youtube.com/embed/abc-1?start=7&amp;rel=0"></iframe>',
            '<p><a href="https://www.youtube.com/watch?v=abc-1&amp;t=7">youtube.com</a></p>',
        ),
        (
            '<iframe data-src="https://player.vimeo.com/video/77" title="Tea"></iframe>',
            '<p><a href="https://vimeo.com/77">Tea</a></p>',
        ),
        ('<iframe src="javascript:alert(1)"></iframe>', ""),
        ('<iframe src="https://[::1"></iframe>', ""),
        (
            '<figure class="kg-bookmark-card"><a href="https://["></a></figure>',
            "<p></p>",
        ),
        ("<iframe><p>old</p></iframe>", ""),
        (
            '<video controls><source src="https://cms.example/pour.mp4">No video</video>',
            '<p><a href="https://cms.example/pour.mp4">pour.mp4</a></p>',
        ),
        (
            '<object data="https://cms.example/list.pdf">old</object>',
            '<p><a href="https://cms.example/list.pdf">list.pdf</a></p>',
        ),
        ("<form action='/x'><label>Name <input name=q></label><button>Send</button></form><p>Text</p>", "<p>Text</p>"),
        ("<script>alert(1)</script><p>Text</p>", "<p>Text</p>"),
        (
            '<blockquote class="twitter-tweet"><p>Tea!</p></blockquote><script src="https://x.example/w.js"></script>',
            "<blockquote><p>Tea!</p></blockquote>",
        ),
        (
            '<blockquote class=wp-embedded-content><a href="/a">Tea</a></blockquote><iframe class=wp-embedded-content>',
            '<blockquote><a href="/a">Tea</a></blockquote>',
        ),
        ('<img data-src="/a.png" src="data:image/gif;base64,R0" alt="A">', '<img src="/a.png" alt="A">'),
        ('<img data-src="/a.png" src="/tiny.png" alt="A">', '<img src="/a.png" alt="A">'),
        ('<img srcset="/s.png 300w, /l.png 900w, /m.png 600w">', '<img src="/l.png">'),
        ('<noscript><img src="/a.png"></noscript><img data-lazy-src="/a.png">', '<img src="/a.png">'),
    ],
)
def test_what_becomes_of_it(html: str, becomes: str) -> None:
    assert Outline(plain(html)).elements == Outline(normal_html(becomes)).elements
    assert " ".join(plain_text(plain(html)).split()) == plain_text(normal_html(becomes))


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ('[contact-form-7 id="1" title="Ask us"]', ""),
        ("[contact-form-7 id=”1″ title=”Ask”] Write to us.", "Write to us."),
        ("[vc_row][vc_column width='1/2']Tea[/vc_column][/vc_row]", "Tea"),
        ("[gallery]", ""),
        ("[embed]https://a.example/[/embed]", "https://a.example/"),
        ("He said [sic] and left.", "He said [sic] and left."),
        ("See [1] and [note 2].", "See [1] and [note 2]."),
        ("An array [x] has a[0].", "An array [x] has a[0]."),
        ("[see below] [Tea]", "[see below] [Tea]"),
        ("[a=b]", "[a=b]"),
    ],
)
def test_shortcodes_go_and_brackets_stay(text: str, becomes: str) -> None:
    assert " ".join(plain(f"<p>{text}</p>").removeprefix("<p>").removesuffix("</p>").split()) == becomes


def test_code_is_left_as_it_is() -> None:
    code = '<pre><code>[gallery ids="1"] &lt;iframe src="x"&gt;</code></pre><p>In <code>[vc_row a="b"]</code></p>'
    assert plain(code) == normal_html(code)


def test_prose_is_left_as_it_is() -> None:
    prose = "<h2>Tea</h2><p>Water <em>first</em>, (then) leaves [1].</p><figure><img src='/a.png'></figure>"
    assert plain_html(prose) == (prose, {})


def recorded(name: str, slug: str) -> str:
    told = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["body"]
    posts = told["posts"] if isinstance(told, dict) else told
    post = next(post for post in posts if post["slug"] == slug)
    return str(post.get("html") or post["content"]["rendered"])


@pytest.mark.parametrize(
    ("name", "slug", "links", "left"),
    [
        (
            "ghost/posts-page-1",
            "cards-of-every-kind",
            ["All about tea", "Pouring", "The kettle's whistle", "Table of times", "Buy tea"],
            [
                "A leaf, <i>dried</i>",
                "Two leaves",
                "<summary>How long?</summary>",
                "☕ Careful: <b>hot</b>.",
                "By hand",
            ],
        ),
        (
            "wordpress/posts-page-1",
            "blocks-of-every-kind",
            ["video.example.org", "Pouring", "Buy tea", "Table of times", "whistle.mp3"],
            ["A leaf, <em>dried</em>", "Two leaves", "Never twice.", "Inside", "By hand"],
        ),
    ],
)
def test_every_card_and_block_of_the_real_ones(name: str, slug: str, links: list[str], left: list[str]) -> None:
    html, dropped = plain_html(recorded(name, slug))
    made = normal_html(html)
    for words in links:
        assert f">{words}</a>" in made
    for words in left:
        assert words in made
    for raw in ("0:00", "1×", "iframe", "alert", "contact-form", "[fancy", "onclick", "kg-", "wp-block"):
        assert raw not in made
    assert "embeds became links" in told(dropped)
    assert "1 script was dropped" in told(dropped)


@pytest.mark.usefixtures("app")
def test_what_went_is_in_the_report(folder: Path, pull: Pull) -> None:
    body = "<iframe src='https://a.example/'></iframe><form></form><form></form><script></script><p>[gallery]</p>Text"
    write(folder, "tea.html", body, title="Tea")
    report = pull()
    assert [entry.reason for entry in report.notes] == [
        "1 embed became a link; 2 forms were dropped; 1 script was dropped; 1 shortcode was removed"
    ]
    assert "Text" in article("tea").body_html


def test_what_nests_too_deep_is_refused() -> None:
    with pytest.raises(TooDeep):
        plain_html("<div>" * 5_000 + "<iframe></iframe>")


PIECES = (
    "<div class='kg-card kg-toggle-card'> <figure class='kg-bookmark-card'> </figure> <iframe src='//a'> </div> "
    "<a href='x'> <video> <source src=x> [vc_row a='b'] [/vc_row] <img srcset=',,,x'> <p> ] [ "
    "<div class='wp-block-embed'> <div class='wp-block-embed__wrapper'> http://[::1 text &lt; "
    "<select><option> <figcaption> <div class='kg-audio-card'> <audio src='http://['></audio>"
).split(" ")


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_html_is_too_broken(pieces: list[str]) -> None:
    html, _ = plain_html(" ".join(pieces))
    clean_article(html)
