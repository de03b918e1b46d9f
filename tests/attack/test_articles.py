"""Articles written to take very long: each takes time in proportion to its length, or is rejected."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from blog.markup import article_sanitizer, nesting, parser_limits
from blog.markup.article import finish
from blog.markup.cms.embeds import replace_cms_markup
from blog.markup.heading_ids import add_heading_ids
from blog.markup.nesting import MAX_OPEN, check_nesting
from blog.markup.parser_limits import ArticleTooComplex
from blog.markup.plain import plain_text
from blog.markup.theme_residue import remove_residue
from tests.support.content_fixtures import Pull
from tests.support.files import write
from tests.support.rows import live_slugs
from tests.support.work import calls_during

FLAT = [
    "<h2>a</h2>",
    "<h2></h2>",
    "<h2>\u0f73\u0f71</h2>",
    "<h1>a</h1>",
    "<h1>a",
    "<p>x",
    "</p>",
    "<br>",
    "<td>x",
    "<li>x",
    "<a href=x>",
    "<p id=a>",
    "<img src=a.png>",
    "<img src=https://a.example/b.png>",
    "<figure><img src=a><figcaption>x</figcaption></figure>",
    "[caption]<img src=a>",
    "<b>x</b>[/caption]",
    "[a b=c]",
    "[ab][/ab]",
    "[gallery]",
    "[embed]https://a.example/[/embed]",
    "<p>{{ a }}</p>",
    "{{ a }}<br>",
    "Liquid error: ",
    "<video src=http://a.example/x.mp4></video>",
    "<script></script>",
    "<div class=kg-toggle-card><h4 class=kg-toggle-heading-text>x</h4></div>",
    "<figure class=kg-gallery-card><div class=kg-gallery-row><img src=a><img src=b></div></figure>",
    "<li><input type=checkbox>",
    "<table><td style=text-align:right>x</table>",
    "<math><mi>x</mi></math>",
]
DEEP = [
    "<div>", "<b>", "<b></i>", "<li><dd>", "<dt><li>", "<rt>", "<ruby><rt>", "<li><ul></li>", "<form><div></form>",
    "<span><div></span>", "<x-y><div></x-y>", "<div><table></div>", "<div></body>", "<li><dd><table></li></dd></table>",
    "<p><b id=1></p>", "<table><td><svg><td>", "<p><button>", "<math><mi><div></math>", "<option><span>",
    "<div><!--</div>-->", "<div><!x</div>", "<div><?</div>", "<div></ </div>", "<div x='</div>'>", '<div x = "</div>">',
    "<div =</div>'>", "<div><!-- ></div>--!>", "<textarea><!--</textarea><div>", "<title>'</title><div>",
    "<svg><title><!--</title><div>", "<svg><![CDATA[></svg>]]>", "<template><script><b></script><div></div>",
    "<script><!--<script></script><div></div>-->", "<lin\u212a>", "<b><object></b></object>",
    "<form><table></form></table>",
    "<b>" + "<div>" * 9 + "</b>" + "</div>" * 9, "<style><!--</\u017ftyle></style><div>",
]  # fmt: skip


def prepare(html: str) -> str:
    body = article_sanitizer.read(html)
    replace_cms_markup(body, html)
    remove_residue(body)
    add_heading_ids(body)
    return plain_text(finish(body))


def work(html: str) -> int:
    """The number of calls to prepare ``html``."""
    return calls_during(lambda: prepare(html))


@pytest.mark.parametrize("piece", FLAT)
def test_twice_the_length_is_at_most_twice_the_work(piece: str) -> None:
    work(piece)  # fills the caches
    assert work(piece * 800) < 2.2 * work(piece * 400)


@pytest.mark.parametrize("piece", DEEP)
def test_elements_that_nest_without_end_are_refused_before_anything_parses_them(piece: str) -> None:
    with pytest.raises(ArticleTooComplex, match="nested"):
        check_nesting(piece * 2 * MAX_OPEN)


def test_elements_that_begin_again_in_every_paragraph_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MAX_ELEMENTS", 20_000)
    with pytest.raises(ArticleTooComplex, match="elements; divide it"):
        check_nesting("".join(f"<b id={number}>" for number in range(90)) + "<p>x" * 1_000)


def test_long_tags_that_begin_again_in_every_paragraph_are_refused() -> None:
    with pytest.raises(ArticleTooComplex, match="repeat too often"):
        check_nesting(f"<p><b title='{'x' * 25_000}'>" + "<p>x" * 1_000)


def test_text_after_an_end_tag_counts_as_a_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MAX_ELEMENTS", 15_000)
    with pytest.raises(ArticleTooComplex, match="elements; divide it"):
        check_nesting("<p>" + "<b>" * 90 + "<div>x</div>y" * 100)


@pytest.mark.parametrize(
    "piece",
    [
        "<!--", "<!-", "<!", "<?", "</ ", "<![CDATA[", "<svg><![CDATA[", "<style>", "<script><!--",
        "<svg></svg><title>", "<br x", "<br x=", "<br x='", '<br x="', "<br/", "<br x =' ", "--!",
        "<br" + " x" * 50, "<br" + " " * 100,
    ],
)  # fmt: skip
def test_a_long_hostile_text_is_estimated_in_linear_time(piece: str) -> None:
    before = time.process_time()
    with suppress(ArticleTooComplex):
        check_nesting(piece * (1_000_000 // len(piece)))
    assert time.process_time() - before < 4, "a quadratic estimate would take minutes"


@pytest.mark.usefixtures("app")
def test_an_article_that_takes_too_long_is_rejected_and_others_stored(
    folder: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser_limits, "MAX_SECONDS", 2)
    write(folder, "a-slow.md", "[a\n" * 200_000, title="Slow")
    write(folder, "b-tea.md", title="Tea")
    write(folder, "c-long.md", "Water.\n\n" * (parser_limits.LONG_TEXT // 7), title="Long")
    report = pull()
    assert sorted(live_slugs()) == ["b-tea", "c-long"]
    [rejected] = report.rejected
    assert rejected.name == "a-slow.md"
    assert "body: it takes more than 2 seconds, or too much memory" in rejected.reason


@pytest.mark.usefixtures("app")
def test_an_article_that_nests_too_deep_is_rejected_and_others_stored(folder: Path, pull: Pull) -> None:
    write(folder, "deep.html", "<div>" * 10_000, title="Deep")
    write(folder, "tea.md", title="Tea")
    report = pull()
    assert live_slugs() == ["tea"]
    assert "body: more than 100 elements are nested" in report.rejected[0].reason
