"""Every text on a page is marked for translation: in a pseudo-language, no other text is left."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, make_response
from flask.testing import FlaskClient
from jinja2 import Environment
from jinja2.nodes import Block, TemplateData
from werkzeug.exceptions import default_exceptions
from werkzeug.test import TestResponse

from blog import error_pages
from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.config import Settings
from blog.content import preview_links
from blog.content.models import Article
from blog.content.search_index import index_articles
from blog.database import utc_now, write_transaction
from blog.error_pages import EXPLANATIONS
from blog.extensions import db
from blog.moderation import accounts
from blog.paths import PACKAGE
from blog.sources.folder.source import FolderSource
from blog.sync.run import sync
from tests.support.clients import PASSWORD, Visitor
from tests.support.factories import NOON, make_article, make_comment, make_comments
from tests.support.files import UTC_ZONE, write
from tests.support.pseudo_language import pseudo, write_theme
from tests.support.visible_text import untranslated

pytestmark = pytest.mark.only_on("sqlite", reason="the words of a page are the same with every database")

LANGUAGE = "ja"
"""A language whose dates have no Latin letters."""
OWN = {
    "A Test Blog", "Ada Byron", "bea@example.org", "203.0.113.0/24", "https://bea.example", "http://localhost",
    "Cleo", "https://", "Bluesky", "LinkedIn", "javascript:alert(1)",
}  # fmt: skip
"""The texts of the site and its people; the articles of these tests are in Greek."""
GREEK = {"name": "Βία", "user_agent": "Πλοηγός", "body_html": "<p>Ευχαριστώ.</p>"}
BODY = '<h2 id="α">Άλφα</h2><h2 id="β">Βήτα</h2><h2 id="γ">Γάμμα</h2>' + "<p>Πρώτα το νερό.</p>" * 200
TEXTS: dict[str, Any] = {"body_html": BODY, "word_count": 600, "excerpt": "Το νερό."}
UNSEEN_BLOCKS = {"body_class", "title_attributes"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def literal_html(path: Path) -> str:
    """The fixed text of a template: everything outside Jinja's braces."""
    template = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    blocks = [block for block in template.find_all(Block) if block.name in UNSEEN_BLOCKS]
    unseen = {id(data) for block in blocks for data in block.find_all(TemplateData)}
    return "".join(data.data for data in template.find_all(TemplateData) if id(data) not in unseen)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.html")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_have_no_untranslated_text(path: Path) -> None:
    assert untranslated(literal_html(path), OWN) == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>⟦Ŵöŕď ~⟧ word</p>", ["word"]),
        ("<p>⟦Ŵöŕď <b>x</b> ⟦Îņñéŕ ~⟧ ~⟧</p><p>Ada Byron: x</p>", [": x"]),
        ('<nav aria-label="Main"><img alt="⟦Àļţ ~⟧"></nav>', ["Main"]),
        ('<meta name="description" content="All"><title>⟦Ţîţļé ~⟧</title>', ["All"]),
        ('<script type="application/ld+json">{"@type": "A", "item": [{"name": "Tags"}]}</script>', ["Tags"]),
        ("<kbd>j</kbd><code>word</code><pre>word</pre><script>word</script>", []),
    ],
)
def test_an_untranslated_word_is_found(html: str, found: list[str]) -> None:
    assert untranslated(html, OWN) == found


@pytest.fixture(scope="session")
def pseudo_theme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_theme(tmp_path_factory.mktemp("pseudo") / "theme", LANGUAGE)


@pytest.fixture
def settings(settings: Settings, pseudo_theme: Path) -> Settings:
    return replace(settings, language=LANGUAGE, theme=pseudo_theme, page_size=3)


@pytest.fixture
def site(app: Flask) -> list[Article]:
    """Articles with all features."""
    parts = [
        make_article(f"Τσάι {n}", slug=f"tea-{n}", tags=("Νερό", "Φύλλα"), series="Αρχή", image="/media/a.webp",
                     image_alt="Φλιτζάνι", published_at=NOON + timedelta(days=n), **TEXTS)
        for n in range(5)
    ]  # fmt: skip
    make_article("Κλειστό", slug="closed", comment_policy="closed", **TEXTS)
    make_article("Πίσω", slug="gone", withdrawn_at=utc_now(), **TEXTS)
    make_article("Αύριο", slug="tomorrow", published_at=utc_now() + timedelta(days=1), **TEXTS)
    return parts


class Reading:
    """A client that checks every page for untranslated words."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.found: list[str] = []

    def get(self, path: str, status: int = 200) -> None:
        answer = self.client.get(path)
        assert answer.status_code == status, path
        self.read(path, answer.text)

    def post(self, path: str, status: int, **form: str) -> None:
        answer = self.client.post(path, data=form, headers=SAME_ORIGIN)
        assert answer.status_code == status, path
        self.read(f"{path} {form}", answer.text)

    def read(self, path: str, html: str) -> None:
        assert "⟦" in html, f"{path} is not in the pseudo-language"
        self.found += [f"{path[:80]}: {words}" for words in untranslated(html, OWN)]


@pytest.fixture
def reading(client: FlaskClient) -> Iterator[Reading]:
    reading = Reading(client)
    yield reading
    assert not reading.found, "\n".join(sorted(set(reading.found)))


def test_every_word_of_an_empty_blog_is_translated(reading: Reading) -> None:
    for path in ("/", "/tags/", "/archive/"):
        reading.get(path)


def test_every_word_of_listings_is_translated(reading: Reading, site: list[Article]) -> None:
    for path in ("/", "/?page=2", "/tags/", "/tags/νερό", "/tags/νερό?page=2", "/authors/ada-byron"):
        reading.get(path)
    for path in ("/authors/ada-byron?page=2", "/archive/", f"/archive/{NOON.year}"):
        reading.get(path)


def test_every_word_of_the_search_is_translated(
    reading: Reading, site: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.articles.search.PAGE_SIZE", 1)
    with write_transaction(db.session()) as session:
        index_articles(session, dict.fromkeys(site, ""))
    for words in ("", "?q=νερό", "?q=νερό&page=2", "?q=ουζο", "?q=%22"):
        reading.get(f"/search{words}")


def test_every_word_of_articles_is_translated(reading: Reading, site: list[Article]) -> None:
    make_comment(site[1], status=Status.APPROVED, **GREEK)
    make_article("Νέο", slug="new", updated_at=NOON + timedelta(days=9), **TEXTS)
    for slug in ("tea-0", "tea-1", "tea-4", "closed", "new"):
        reading.get(f"/articles/{slug}")


def test_every_word_of_refused_comments_is_translated(reading: Reading, site: list[Article]) -> None:
    good = {"name": "Βία", "email": "bea@example.org", "website": "", "body": "Ευχαριστώ."}
    for wrong in (
        {"name": "", "email": "", "body": ""},
        {"name": "\u200b", "email": "α", "website": "α"},
        {"name": "Β" * 81, "website": "https://bea.example/" + "α" * 300, "body": "α" * 5001},
        {"body": "[α](javascript:alert(1))"},
        {"body": "*" * 2000},
    ):
        reading.post("/articles/tea-0/comments", 422, **good | wrong)
    reading.post("/articles/closed/comments", 403, **good)
    answer = reading.client.post("/articles/tea-0/comments", data=good, headers={"Sec-Fetch-Site": "cross-site"})
    reading.read("from another site", answer.text)


def test_every_word_of_receipts_is_translated(reading: Reading, site: list[Article]) -> None:
    for status in Status:
        reading.get(f"/comments/{token_of(make_comment(site[0], status=status, **GREEK))}")


def test_every_word_of_previews_is_translated(reading: Reading, tmp_path: Path) -> None:
    write(tmp_path / "articles", "draft.md", "Το νερό.", title="Σχέδιο", draft="true")
    write(tmp_path / "articles", "later.md", "Το νερό.", title="Αύριο", published_at="2999-01-01")
    sync(FolderSource("folder:articles", tmp_path / "articles", UTC_ZONE))
    for source_id, days, status in (("draft.md", 1, 200), ("later.md", 1, 200), ("draft.md", -1, 410)):
        reading.get(urlsplit(preview_links.preview_url(source_id, days)).path, status)


def test_every_word_of_errors_is_translated(reading: Reading, site: list[Article], app: Flask) -> None:
    reading.get("/nowhere", 404)
    reading.get("/articles/gone", 410)
    for code in EXPLANATIONS:
        with app.test_request_context():
            answer = make_response(error_pages.error_response(default_exceptions[code]()))
            assert answer.status_code == code
            reading.read(f"error {code}", answer.get_data(as_text=True))


def test_every_word_of_feeds_and_descriptions_is_translated(reading: Reading, site: list[Article]) -> None:
    for path in ("/feed.xml", "/tags/νερό/feed.xml", "/authors/ada-byron/feed.xml", "/articles/tea-0/comments.xml"):
        titles = re.findall(r"<(?:sub)?title[^>]*>([^<]*)<", reading.client.get(path).text)
        reading.read(path, "⟦⟧" + " ".join(titles))
    reading.read("/opensearch.xml", re.findall("<Description>([^<]*)<", reading.client.get("/opensearch.xml").text)[0])


class Moderating(Visitor):
    """A moderator whose pages are checked, too. Buttons are named as in the code."""

    def __init__(self, app: Flask, reading: Reading) -> None:
        super().__init__(app)
        self._reading = reading

    def press(self, button: str, comment: Comment | None = None, **typed: str) -> TestResponse:
        return super().press(pseudo(button), comment, **typed)

    def _show(self, answer: TestResponse) -> TestResponse:
        page = super()._show(answer)
        self._reading.read(page.request.full_path, page.text)
        return page


@pytest.fixture
def moderator(app: Flask, reading: Reading) -> Moderating:
    accounts.add("Cleo", PASSWORD)
    moderator = Moderating(app, reading)
    moderator.sign_in()
    return moderator


def test_every_word_of_signing_in_is_translated(app: Flask, reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.moderation.login_attempts.PER_ACCOUNT", 3)
    visitor = Moderating(app, reading)
    for name, password in (("", ""), ("Cleo", "wrong"), ("Ν" * 1001, "α" * 1001)):
        visitor.sign_in(name, password)
    for _ in range(3):
        visitor.sign_in("Cleo", "wrong")
    assert visitor.page.status_code == 429


def test_every_word_of_moderating_is_translated(moderator: Moderating, site: list[Article]) -> None:
    moderator.visit("/moderation/log")
    for status in Status:
        moderator.visit(f"/moderation/?status={status}")
    comments = make_comments(site[0], [{}] * 30, website="https://bea.example", **GREEK)
    moderator.visit(f"/moderation/?after={comments[-1].id}")
    for comment, button in zip(comments, ("Approve", "Reject", "Spam"), strict=False):
        moderator.visit("/moderation/")
        moderator.press(button, comment, reason="Γιατί;")
        moderator.press("Undo", comment)
        moderator.press(button, comment)
        moderator.visit(f"/moderation/comments/{comment.id}")
    moderator.press("Back to the queue", comments[2])
    for status in Status:
        moderator.visit(f"/moderation/?status={status}")
    moderator.visit("/moderation/log")
    moderator.visit("/moderation/nowhere")


def test_every_word_of_refused_decisions_is_translated(moderator: Moderating, site: list[Article]) -> None:
    comment = make_comment(site[0], **GREEK)
    moderator.visit("/moderation/")
    moderator.press("Approve", comment, reason="γ" * 1000)
    moderator.press("Approve", comment, to="nothing")
    form = moderator.form(pseudo("Approve"), comment)
    moderator.press("Approve", comment)
    for to in ("rejected", "approved"):
        moderator._show(moderator.ask(form.action, "POST", data=form.fields | {"to": to}))
    moderator._show(moderator.ask(form.action, "POST", data={"to": "rejected"}))
    with db.session.begin_nested():
        comment.revision += 1
    db.session.commit()
    moderator._show(moderator.ask(form.action, "POST", data=form.fields | {"to": "rejected"}))
    moderator.visit("/moderation/")
    accounts.reset_password("Cleo", PASSWORD)
    moderator._show(moderator.ask(form.action, "POST", data=form.fields | {"to": "rejected"}))
    moderator.visit("/moderation/")


def test_every_word_of_signing_out_is_translated(moderator: Moderating) -> None:
    moderator.press("Sign out everywhere")
