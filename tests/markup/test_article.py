"""An article's HTML becomes safe: what stays, what is removed, and what replaces it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st

from blog.markup.article import clean_article
from blog.markup.article_sanitizer import ATTRIBUTES, MEDIA, PICTURES, TAGS, is_usable_id
from blog.markup.parser_limits import ArticleTooComplex
from tests.support.factories import make_article, make_comment
from tests.support.outline import Outline

CUP = "/media/0123456789abcdef0123456789abcdef-700-avif.jpg"
PIECES = st.sampled_from(
    [
        "<", ">", "</", "/>", '"', "'", "=", " ", "&", "&lt;", "&#60;", "<!--", "-->", "<![CDATA[", "]]>", "x", "\n",
        "\0", "<p>", "</p>", "<h1>", "<h2 id=main>", "</h1>", "<a href=", "<a href='javascript:alert(1)'>", "</a>",
        "<img src=x onerror=alert(1)>", "<img src=/media/ab12.png>", "<img src=//a.example/b.png alt=", "<script>",
        "</script>", "<style>", "<svg><style>", "<math><mtext>", "<table>", "<td>", "<template>", "<noscript>",
        "<iframe srcdoc=", "<form><input>", " onclick=alert(1) ", " style=color:red ", " id=comments ", "<li>", "<pre>",
        "<base href=//evil.example>", "<meta http-equiv=refresh>", "<link rel=stylesheet>", "<object>", "<title>",
        "<textarea>", "<plaintext>", "<xmp>", "<details open ontoggle=alert(1)>", "<picture>", "</picture>",
        "<source srcset=//a.example/b.png>", f"<img src={CUP}>", f"<img src={CUP} srcset=//a.example/b.png width=9>",
    ]
)  # fmt: skip
SET_BY_US = {"img": {"loading", "decoding"}, "pre": {"tabindex"}}


def assert_safe(html: str) -> None:
    for tag, attributes in Outline(html).elements:
        assert tag in (TAGS | PICTURES) - {"h1"}
        assert set(attributes) <= ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | SET_BY_US.get(tag, set())
        assert not (attributes.get("href") or "").strip().lower().startswith(("javascript:", "data:", "vbscript:"))
        assert tag != "img" or MEDIA.fullmatch(attributes["src"] or "")
        assert tag != "source" or "a.example" not in (attributes["srcset"] or "//a.example")
        assert is_usable_id(attributes.get("id", "x") or "")


@given(st.lists(PIECES, max_size=40).map("".join))
@example("<h1><form><input><h1>")
@example("<ul><li><form><li>")
@example("<pre><input>\n")
@example("<li><div class=table-scroll><table><li>")
@example("<iframe src=x></b><picture><p>x")
def test_only_html_of_the_allowlist_comes_out(html: str) -> None:
    try:
        cleaned = clean_article(html)
    except ArticleTooComplex:
        return
    assert_safe(cleaned)
    assert clean_article(cleaned) == cleaned


def test_prose_stays_as_it_is() -> None:
    html = "".join(
        (
            '<h2 id="brewing">Brewing</h2><p>Water <em>first</em>, <a href="/tags/tea">tea</a> later',
            '<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup>.</p>',
            "<ul><li>one</li></ul><blockquote><p>said</p></blockquote>",
            '<div class="table-scroll" tabindex="0"><table><thead><tr><th scope="col" class="align-right">a</th></tr>',
            '</thead><tbody><tr><td colspan="2">b</td></tr></tbody></table></div>',
            '<details open=""><summary>more</summary>x</details>',
            '<pre class="highlight" tabindex="0"><code class="language-python"><span class="k">def</span></code></pre>',
            '<section class="footnotes"><ol class="footnotes-list"><li id="fn1" class="footnote-item">note</li></ol>',
            "</section>",
        )
    )
    assert clean_article(html) == html


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<p onclick=x() style=color:red class='lead k'>a</p>", "<p>a</p>"),
        ("a<script>b</script><style>c</style><svg><path/></svg><iframe>d</iframe>e", "ae"),
        ("<form><input value=x>a</form>", "a"),
        ("<a href='javascript:alert(1)'>a</a>", "<a>a</a>"),
        ("<a href='tel:110'>a</a>", "<a>a</a>"),
        ("<a href='mailto:ada@example.org' target=_blank>a</a>", '<a href="mailto:ada@example.org">a</a>'),
        ("<pre tabindex=5>a</pre>", '<pre tabindex="0">a</pre>'),
        ("<div tabindex=5>a</div>", "<div>a</div>"),
        ("<code class='language-c++ evil'>a</code>", '<code class="language-c++">a</code>'),
        ("<main><article>a</article></main>", "a"),
    ],
)
def test_everything_but_prose_is_removed(html: str, cleaned: str) -> None:
    assert clean_article(html) == cleaned


def test_the_title_stays_the_only_first_heading_of_the_page() -> None:
    assert clean_article("<h1>a</h1><h2>b</h2><h6>c</h6>") == "<h2>a</h2><h3>b</h3><h6>c</h6>"
    assert clean_article("<h2>a</h2><h4>b</h4>") == "<h2>a</h2><h4>b</h4>"


def test_an_id_is_used_once() -> None:
    assert clean_article('<p id="a">1</p><p id="a">2</p>') == '<p id="a">1</p><p>2</p>'


def test_no_id_of_the_article_page_can_be_used(client: FlaskClient) -> None:
    article = make_article(tags=("Tea",), body_html="")
    make_comment(article, status="approved")
    page = client.get("/articles/on-tea").text
    ids = {id_ for _, attributes in Outline(page).elements if (id_ := attributes.get("id"))}
    assert {"main", "comments", "comment-form"} <= ids
    assert [id_ for id_ in ids if is_usable_id(id_)] == []
    assert clean_article("".join(f'<p id="{id_}">a</p>' for id_ in sorted(ids))) == "<p>a</p>" * len(ids)


def test_a_very_long_article_is_accepted() -> None:
    rows = "<p>Tea</p>" * 20_000
    assert clean_article(rows) == rows


def test_a_table_scrolls_by_itself() -> None:
    table = "<table><tbody><tr><td>Tea<table><tbody><tr><td>Leaf</td></tr></tbody></table></td></tr></tbody></table>"
    cleaned = clean_article(f"<p>Text</p>{table}{table}")
    assert cleaned.count('<div class="table-scroll" tabindex="0"><table>') == 2
    assert cleaned.count("<div") == cleaned.count("</div>") == 2
    assert clean_article(cleaned) == cleaned


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ('<td style="text-align:right">', '<td class="align-right">'),
        ('<td style="color: red; text-align : CENTER !important">', '<td class="align-center">'),
        ('<td align="left">', '<td class="align-left">'),
        ('<td class="has-text-align-right" data-align="right">', '<td class="align-right">'),
        ('<td colspan="2" rowspan="3" align=char>', '<td colspan="2" rowspan="3">'),
        ('<th style="text-align: justify" scope="col">', '<th scope="col">'),
    ],
)
def test_a_cell_keeps_its_alignment_and_what_it_spans(cell: str, cleaned: str) -> None:
    assert cleaned + "Tea" in clean_article(f"<table><tr>{cell}Tea</table>")


def test_formulas_are_shown_without_dangerous_parts() -> None:
    formula = '<math display="block"><semantics><mfrac><mn>1</mn><mi>x</mi></mfrac></semantics></math>'
    assert clean_article(formula) == formula
    harmful = (
        '<math href="//a.example" onclick="x()"><mspace width="99999em"/><mi style="color:red">x</mi>'
        '<maction>y</maction><semantics><annotation-xml encoding="text/html"><p>z</p></annotation-xml>'
        "<annotation>\\frac</annotation></semantics>"
        "</math>"
    )
    assert clean_article(harmful) == "<math><mspace></mspace><mi>x</mi>y<semantics></semantics></math>"


def test_mark_and_aside_elements_stay() -> None:
    assert clean_article("<aside><p>a <mark>b</mark></p></aside>") == "<aside><p>a <mark>b</mark></p></aside>"


def test_threads_can_clean_at_the_same_time() -> None:
    documents = [f'<h2 id="a-{n}">Tea {n}</h2><p id="a-{n}">Water {n}</p>' * 200 for n in range(8)]
    alone = [clean_article(document) for document in documents]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(20):
            assert list(threads.map(clean_article, documents)) == alone
