"""Markup of CMSs becomes plain HTML: nothing is shown raw, and what was removed is counted."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.markup import article_sanitizer
from blog.markup.article import clean_article, finish
from blog.markup.cms.embeds import describe, replace_cms_markup
from blog.markup.plain import plain_text
from tests.support.content_fixtures import Pull
from tests.support.files import write
from tests.support.markup import normal_html
from tests.support.markup import without_cms_markup as plain
from tests.support.outline import Outline
from tests.support.rows import article

RECORDED = Path(__file__).parents[2] / "recorded"


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
        (
            '<iframe src="https://player.vimeo.com/video/77?h=ab1" title="Tea"></iframe>',
            '<p><a href="https://vimeo.com/77/ab1">Tea</a></p>',
        ),
        (
            '<iframe src="https://www.youtube.com/embed/videoseries?list=PL1"></iframe>',
            '<p><a href="https://www.youtube.com/playlist?list=PL1">youtube.com</a></p>',
        ),
        (
            '<object><param name="movie" value="x"><embed src="//www.youtube.com/v/abc"></object>',
            '<p><a href="https://www.youtube.com/watch?v=abc">youtube.com</a></p>',
        ),
        (
            '<iframe src="https://youtube.com@evil.example/embed/1"></iframe>',
            '<p><a href="https://youtube.com@evil.example/embed/1">evil.example</a></p>',
        ),
        (
            '<p>One<br>two <iframe src="https://a.example/" title="T"></iframe> three</p>',
            '<p>One<br>two </p><p><a href="https://a.example/">T</a></p><p> three</p>',
        ),
        (
            '<p>In <em>one <iframe src="https://a.example/" title="T"></iframe></em> line</p>',
            '<p>In <em>one <a href="https://a.example/">T</a></em> line</p>',
        ),
        ("<table><tr><td><form></form></td><td>2</td></tr></table>", "<table><tr><td></td><td>2</td></tr></table>"),
        ('<video src="/pour.mp4"><img src="https://a.example/still.png"></video>', ""),
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
        (
            '<iframe class=wp-embedded-content src="https://a.example/tea/embed/" title="Tea"></iframe>',
            '<p><a href="https://a.example/tea/embed/">Tea</a></p>',
        ),
        (
            (
                '<h3 class="wp-block-accordion-heading"><button class="wp-block-accordion-heading__toggle"><span '
                'class="wp-block-accordion-heading__toggle-title">Why?</span><span>+</span></button></h3>'
            ),
            "<h3>Why?</h3>",
        ),
        (
            (
                '<div class="kg-card kg-signup-card"><h2>Join</h2><form><input type="email"><button>Go</button></form>'
                "<p>No spam.</p></div>"
            ),
            "<div><h2>Join</h2><p>No spam.</p></div>",
        ),
        (
            (
                '<div class="kg-card kg-product-card"><img src="/pot.png"><h4>Teapot</h4><p>Round.</p>'
                '<a href="https://a.example/pot" class="kg-product-card-button"><span>Buy</span></a></div>'
            ),
            '<div><img src="/pot.png"><h4>Teapot</h4><p>Round.</p><a href="https://a.example/pot"><span>Buy</span></a></div>',
        ),
        (
            '<div class="kg-card kg-header-card"><picture><img src="/a.png"></picture><h2>Big</h2><p>small</p></div>',
            '<div><img src="/a.png"><h2>Big</h2><p>small</p></div>',
        ),
        (
            (
                '<div class="kg-card kg-callout-card"><div class="kg-callout-text">Hot <iframe src="https://a.example/">'
                "</iframe></div></div>"
            ),
            '<aside><p>Hot </p><p><a href="https://a.example/">a.example</a></p></aside>',
        ),
        (
            '<video poster="/still.png" src="https://a.example/pour.mp4" title="Pouring"></video>',
            '<p><a href="https://a.example/pour.mp4"><img src="/still.png" alt="">Pouring</a></p>',
        ),
        (
            (
                '<figure class="kg-video-card" data-kg-thumbnail="/still.png" data-kg-custom-thumbnail="/own.png">'
                '<video src="https://a.example/pour.mp4" poster="https://img.spacergif.org/x.png"></video></figure>'
            ),
            '<p><a href="https://a.example/pour.mp4"><img src="/own.png" alt="">pour.mp4</a></p>',
        ),
        (
            (
                '<div class="kg-gallery-card"><div class="kg-gallery-row"><img src="/a.png"><img data-src="/b.png">'
                '</div><div class="kg-gallery-row"><img src="/c.png"></div><figcaption>Three</figcaption></div>'
            ),
            (
                '<figure class="gallery"><div class="gallery-row"><img src="/a.png"><img src="/b.png"></div>'
                '<div class="gallery-row"><img src="/c.png"></div><figcaption>Three</figcaption></figure>'
            ),
        ),
        (
            (
                '<figure class="wp-block-gallery columns-2"><figure><a href="/1"><img src="/a.png"></a><figcaption>One'
                "</figcaption></figure><figure><img src='/b.png'></figure><figure><img src='/c.png'></figure></figure>"
            ),
            (
                '<figure class="gallery"><div class="gallery-row"><figure><a href="/1"><img src="/a.png"></a>'
                '<figcaption>One</figcaption></figure><figure><img src="/b.png"></figure></div>'
                '<div class="gallery-row"><figure><img src="/c.png"></figure></div></figure>'
            ),
        ),
        (
            (
                "<div class='gallery gallery-columns-4'><dl><dt><img src='/a.png'></dt><dd>One</dd></dl><br>"
                "<dl><dt><img src='/b.png'></dt></dl></div>"
            ),
            (
                '<figure class="gallery"><div class="gallery-row"><figure><img src="/a.png"><figcaption>One'
                '</figcaption></figure><figure><img src="/b.png"></figure></div></figure>'
            ),
        ),
        (
            (
                "<figure class=wp-block-gallery><figure><img src=/a.png><a href=/2><img src=/b.png></a>"
                "<figcaption>Two</figcaption></figure><a href=/3><img src=/c.png></a></figure>"
            ),
            (
                '<figure class="gallery"><div class="gallery-row"><figure><img src="/a.png">'
                '<a href="/2"><img src="/b.png"></a><figcaption>Two</figcaption></figure>'
                '<a href="/3"><img src="/c.png"></a></div></figure>'
            ),
        ),
        (
            (
                "<div class=gallery><img src=/a.png><figure><figure><img src=/b.png><figcaption>In</figcaption>"
                "</figure><figcaption>Out</figcaption></figure><dl><dt><img src=/c.png><dd>C<dt>"
                "<img src=/d.png><dd>D</dl></div>"
            ),
            (
                '<figure class="gallery"><div class="gallery-row"><img src="/a.png"><figure><img src="/b.png">'
                '<figcaption>In<br>Out</figcaption></figure><figure><img src="/c.png"><figcaption>C'
                "</figcaption></figure></div>"
                '<div class="gallery-row"><figure><img src="/d.png"><figcaption>D</figcaption></figure></div></figure>'
            ),
        ),
        (
            (
                "<div class=kg-gallery-card><div class=kg-gallery-row><a href=/1><img src=/a.png></a></div>"
                "<img src=/b.png></div>"
            ),
            (
                '<figure class="gallery"><div class="gallery-row"><a href="/1"><img src="/a.png"></a></div>'
                '<div class="gallery-row"><img src="/b.png"></div></figure>'
            ),
        ),
        ("<div class='gallery'>A gallery in town</div>", "<div>A gallery in town</div>"),
        ('<img data-src="/a.png" src="data:image/gif;base64,R0" alt="A">', '<img src="/a.png" alt="A">'),
        ('<img data-src="/a.png" src="/tiny.png" alt="A">', '<img src="/a.png" alt="A">'),
        ('<img srcset="/s.png 300w, /l.png 900w, /m.png 600w">', '<img src="/l.png">'),
        ('<img srcset="/a.png 1x,/b.png 2x">', '<img src="/b.png">'),
        ('<img srcset=",/a.png 1x , /b,w_2,c.png 2x">', '<img src="/b,w_2,c.png">'),
        ('<img srcset="/a.png,,, /b.png .5x (1,2),/c.png 3x">', '<img src="/c.png">'),
        ('<img srcset="/a.png,/b.png">', '<img src="/a.png,/b.png">'),
        ('<noscript><img src="/a.png"></noscript><img data-lazy-src="/a.png">', '<img src="/a.png">'),
    ],
)
def test_an_embed_becomes_plain_html(html: str, becomes: str) -> None:
    assert Outline(plain(html)).elements == Outline(normal_html(becomes)).elements
    assert " ".join(plain_text(plain(html)).split()) == plain_text(normal_html(becomes))


def test_prose_is_left_as_it_is() -> None:
    prose = "<h2>Tea</h2><p>Water <em>first</em>, (then) leaves [1].</p><figure><img src='/a.png'></figure>"
    body = article_sanitizer.read(prose)
    assert replace_cms_markup(body, prose) == {}
    assert body == article_sanitizer.read(prose)


def recorded(name: str, slug: str) -> str:
    recorded = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["body"]
    posts = recorded["posts"] if isinstance(recorded, dict) else recorded
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
def test_recorded_cards_and_blocks_become_plain_html(name: str, slug: str, links: list[str], left: list[str]) -> None:
    html = recorded(name, slug)
    body = article_sanitizer.read(html)
    dropped = replace_cms_markup(body, html)
    made = finish(body)
    for words in links:
        assert f">{words}</a>" in made
    for words in left:
        assert words in made
    for raw in ("0:00", "1×", "iframe", "alert", "contact-form", "[fancy", "onclick", "kg-", "wp-block"):
        assert raw not in made
    assert "embeds became links" in describe(dropped)
    assert "1 script was dropped" in describe(dropped)


@pytest.mark.usefixtures("app")
def test_the_report_names_removed_embeds(folder: Path, pull: Pull) -> None:
    body = (
        "<iframe src='https://a.example/'></iframe><iframe src='javascript:alert(1)'></iframe>"
        "<form></form><form></form><script></script><p>[gallery]</p>Text"
    )
    write(folder, "tea.html", body, title="Tea")
    report = pull()
    assert [entry.reason for entry in report.notes] == [
        (
            "1 embed became a link; 2 forms were dropped; 1 embed without a valid link was dropped; "
            "1 script was dropped; 1 shortcode was removed"
        )
    ]
    body = article("tea").body_html
    assert "Text" in body
    assert body == clean_article(body)


GALLERY = (
    "<figure> </figure> <dl> </dl> <dt> <dd> <figcaption> </figcaption> <a href=x> </a> text </div> "
    "<div class=kg-gallery-row> <div class=gallery>"
).split("> ")


@given(st.lists(st.sampled_from(["image", *GALLERY]), max_size=25))
def test_every_image_of_a_gallery_is_in_it_once_and_in_order(pieces: list[str]) -> None:
    parts = [f"<img src=/{place}.png" if piece == "image" else piece for place, piece in enumerate(pieces)]
    html = "<div class=gallery>" + "".join(f"{part.removesuffix('>')}>" for part in parts)
    expected = [place for place, piece in enumerate(pieces) if piece == "image"]
    assert [int(found) for found in re.findall(r'src="/(\d+)\.png"', plain(html))] == expected


PIECES = re.findall(
    r"<[^>]+>|\S+",
    """
    <div class='kg-card kg-toggle-card'> <h4 class='kg-toggle-heading-text'> </h4>
    <div class='kg-toggle-content'> </div>
    <figure class='kg-bookmark-card'> </figure> <div class='kg-audio-card'> <audio src='http://['></audio> <figcaption>
    <figure class='wp-block-embed'> <div class='wp-block-embed__wrapper'> http://[::1 https://a.example/
    <blockquote class='wp-embedded-content'> </blockquote> <iframe class='wp-embedded-content'> <iframe src='//a'>
    <object> <embed src='https://www.youtube.com/v/1'> <video> <source src='x'> <script> </script> <pre> </pre>
    <a href='x'> </a> <em> </em> <p> </p> <br> <table> <td> <h2> <button> <form> <select><option> <img srcset=',,,x'>
    [vc_row] [/vc_row] [caption] [/caption] [gallery] [embed] [/embed] ] [ text &lt; &amp;lt;script&gt;
    """,
)
SHOWN = frozenset(
    "a aside blockquote br code details div em figcaption figure h2 h3 h4 img li p pre summary table tbody td "
    "tr".split()
)


@given(st.lists(st.sampled_from(PIECES) | st.text("<>/=\"'[]& ap", max_size=8), max_size=40))
def test_any_broken_html_is_accepted(pieces: list[str]) -> None:
    html = " ".join(pieces)
    body = article_sanitizer.read(html)
    replace_cms_markup(body, html)
    clean = finish(body)
    assert {name for name, _ in Outline(clean).elements} <= SHOWN
    assert clean_article(clean) == clean
