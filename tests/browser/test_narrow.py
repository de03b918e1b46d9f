"""No page scrolls sideways on the narrowest screens, even with very long words."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.content.models import Article, Author, Tag
from blog.database import write_transaction
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import sign_in
from tests.support.factories import make_article, make_comment
from tests.support.page_kinds import MODERATOR, PageKind, furnish
from tests.support.screens import WIDER
from tests.support.servers import Served, served

pytestmark = pytest.mark.still

NARROW = {"width": 320, "height": 640}
"""The width of a screen of 1280 pixels at 400 %."""
WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
TEXT = f"""<h2>{WORD}</h2><p>{WORD} <a href="https://example.org/{WORD}">https://example.org/{WORD}</a>
<code>{WORD}</code> <kbd>{WORD}</kbd></p><pre><code>{WORD * 3}</code></pre><ul><li>{WORD}</li></ul>
<blockquote><p>{WORD}</p></blockquote><dl><dt>{WORD}</dt><dd>{WORD}</dd></dl>
<div class="table-scroll" tabindex="0"><table><tr><th>{WORD}</th><th>{WORD}</th></tr></table></div>
<figure><img src="/favicon.ico" alt="{WORD}"><figcaption>{WORD}</figcaption></figure>"""
CULPRITS = """() => [...document.querySelectorAll("body *")].filter(
    element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 4).map(element => `${element.localName}.${element.className}`)"""


@pytest.fixture(scope="module", params=[{}, {"BLOG_THEME": "tiles"}], ids=["built-in", "tiles"])
def blog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = {"BLOG_TITLE": WORD, "BLOG_TAGLINE": WORD, "BLOG_COMMENT_RATE": "1000 per minute"} | request.param
    with served(tmp_path_factory.mktemp("narrow"), **settings) as blog:
        yield blog


@pytest.fixture(scope="module")
def kinds(blog: Served) -> list[PageKind]:
    """A page of every kind, each with very long words."""
    kinds = furnish(blog)
    with blog.rows():
        article = make_article(WORD, tags=(WORD,), slug="long", excerpt=WORD, body_html=TEXT, series=WORD)
        make_article(f"{WORD} II", slug="longer", excerpt=WORD, body_html=TEXT, series=WORD)
        make_comment(article, WORD, status=Status.APPROVED)
        _lengthen()
    kinds += [PageKind("articles/show.html", "/articles/long")]
    kinds += [PageKind("articles/search.html", f"/search?q={WORD}")]
    return kinds


def _lengthen() -> None:
    """Use the long word as title, name or address on pages of every kind."""
    with write_transaction(db.session()) as session:
        for article in session.scalars(select(Article)):
            article.title = f"{WORD} {article.id}"
            article.excerpt = WORD
            article.labels = {kind: [[slug, WORD] for slug, _ in labels] for kind, labels in article.labels.items()}
        for label in (*session.scalars(select(Tag)), *session.scalars(select(Author))):
            label.name = WORD
        for comment in session.scalars(select(Comment).where(Comment.status != Status.ERASED)):
            comment.name = WORD[:60]
            comment.website = f"https://example.org/{WORD}"
            comment.email = f"{WORD}@example.org"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page(viewport=NARROW)


def test_no_kind_of_page_scrolls_sideways(page: Page, blog: Served, kinds: list[PageKind], faults: Faults) -> None:
    faults.allow("status of 4(04|10)")
    sign_in(page, blog, MODERATOR)
    wide = []
    for kind in kinds:
        page.goto(kind.address)
        if (wider := page.evaluate(WIDER)) > 0:
            wide.append(f"{kind.address} by {wider} px: {page.evaluate(CULPRITS)}")
    assert not wide, "\n".join(wide)
