"""The site's texts: all can be translated, and German is complete."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask

from blog import create_app
from blog.comments.forms import MAX_BODY
from blog.config import Settings
from blog.doctor.settings_check import check_settings
from blog.paths import PACKAGE, TRANSLATIONS
from blog.theming import theme
from tests.support.applications import close
from tests.support.factories import make_article
from tests.support.pseudo_language import extract

pytestmark = pytest.mark.only_on("sqlite", reason="the words of a page are the same with every database")

ROOT = PACKAGE.parent
CATALOGUES = sorted(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
MARKS = {"gettext", "lazy_gettext", "ngettext", "_"}
NOT_TRANSLATED = "vo"
"""A language that will hardly ever ship: Volapük."""
UPDATE = "run: make translations; then translate what is new"


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="session")
def template() -> Path:
    """Every message of the code and the templates, as they are now."""
    return extract()


@pytest.fixture
def messages(template: Path) -> set[str]:
    with template.open("rb") as file:
        return {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file) if message.id}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Each call that marks a message in the code, with its position."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_message_in_the_code_is_found(messages: set[str]) -> None:
    for place, call in calls():
        assert isinstance(call.args[0], ast.Constant), f"{place}: only a literal text can be translated"
        assert call.args[0].value in messages, f"{place}: Babel does not find this message"


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_has_the_messages_of_the_code_and_no_others(language: str, messages: set[str]) -> None:
    ids = {
        message.id if isinstance(message.id, str) else message.id[0] for message in catalogue(language) if message.id
    }
    assert ids == messages, UPDATE


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_is_complete_and_correct(language: str) -> None:
    whole = catalogue(language)
    assert whole.header_comment
    for message in whole:
        strings = [message.string] if isinstance(message.string, str) else message.string or [""]
        assert all(strings), f"{message.lineno}: {message.id!r} is not translated"
        assert not message.fuzzy, f"{message.lineno}: {message.id!r} is only guessed"
        assert not message.id or not message.check(whole), f"{message.lineno}: {message.id!r}"


def test_german_quotes_are_german_and_address_nobody() -> None:
    for message in catalogue("de"):
        text = "".join([message.string] if isinstance(message.string, str) else message.string or [])
        assert not message.id or not set(text) & set('"”'), text
        assert not set(text.split()) & {"Sie", "Ihr", "Ihre", "Ihren", "du", "dein", "deine", "deinen"}, text


class Speaking(Protocol):
    def __call__(self, language: str, folder: Path | None = None) -> Flask:
        """Another application for the test's blog, in ``language`` and with the theme in ``folder``."""


@pytest.fixture
def speaking(app: Flask, settings: Settings) -> Iterator[Speaking]:
    made = []

    def speaking(language: str, folder: Path | None = None) -> Flask:
        app = create_app(replace(settings, language=language, theme=folder))
        made.append(app)
        return app

    yield speaking
    for app in made:
        close(app)


def page(app: Flask, address: str) -> str:
    return app.test_client().get(address).text


def translations(tmp_path: Path, language: str, *messages: tuple[str, str]) -> Path:
    """A theme that translates ``messages``."""
    path = tmp_path / "theme" / "translations" / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    entries = [f'msgid "{id_}"\nmsgstr "{text}"\n' for id_, text in messages]
    path.write_text("\n".join(entries), encoding="utf-8")
    return tmp_path / "theme"


@pytest.mark.parametrize("language", ["de", "de_AT"])
def test_a_german_site_is_in_german(speaking: Speaking, language: str) -> None:
    make_article(tags=("Tee",))
    app = speaking(language)
    article = page(app, "/articles/on-tea")
    assert f'<html lang="{language.replace("_", "-")}" dir="ltr">' in article
    assert "Zum Inhalt springen" in article
    assert ">1. März 2026</time>" in article
    assert "1 Artikel" in page(app, "/tags/")
    assert "Unter dieser Adresse gibt es nichts" in page(app, "/nowhere")


@pytest.mark.parametrize(("language", "shown"), [("en", "5,000"), ("de", "5.000")])
def test_numbers_are_written_as_the_language_writes_them(speaking: Speaking, language: str, shown: str) -> None:
    make_article()
    form = {"name": "Ada", "email": "ada@example.org", "body": "x" * (MAX_BODY + 1)}
    client = speaking(language).test_client()
    answer = client.post("/articles/on-tea/comments", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert f" {shown} " in answer.text


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "March 2026"), ("de", "März 2026"), ("ja", "2026年3月"), ("ar", "مارس 2026")]
)
def test_a_month_is_named_as_the_language_names_it(speaking: Speaking, language: str, shown: str) -> None:
    make_article()
    assert f">{shown}</h2>" in page(speaking(language), "/archive/2026")


def test_without_a_catalogue_pages_are_english_and_the_doctor_says_so(speaking: Speaking) -> None:
    app = speaking(NOT_TRANSLATED)
    assert "Nothing has been published yet." in page(app, "/")
    with app.app_context():
        assert any(f"BLOG_LANGUAGE={NOT_TRANSLATED}" in finding.what for finding in check_settings())


def test_a_theme_can_add_a_language(speaking: Speaking, tmp_path: Path) -> None:
    app = speaking(NOT_TRANSLATED, translations(tmp_path, NOT_TRANSLATED, ("Articles", "Yegeds")))
    assert "Yegeds" in page(app, "/")
    assert "Nothing has been published yet." in page(app, "/"), "untranslated texts stay English"
    with app.app_context():
        assert not any("BLOG_LANGUAGE" in finding.what for finding in check_settings())


def test_a_theme_can_change_texts(speaking: Speaking, tmp_path: Path) -> None:
    german = page(speaking("de_CH", translations(tmp_path, "de", ("Articles", "Beiträge"))), "/")
    assert "Beiträge" in german
    assert "Schlagwörter" in german
    english = page(speaking("en", translations(tmp_path / "english", "en", ("Articles", "Posts"))), "/")
    assert "Posts" in english


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Seite %(nummer)s", "unknown named placeholder 'nummer'"),
        ("%(number)s. Seite, 100 %", "a percent sign is written %%"),
    ],
)
def test_a_message_that_cannot_be_filled_in_is_left_out(
    speaking: Speaking, tmp_path: Path, text: str, what: str
) -> None:
    folder = translations(tmp_path, "de", ("Articles", "Beiträge"), ("Page %(number)s", text))
    app = speaking("de", folder)
    for number in range(11):
        make_article(f"On tea {number}")
    shown = page(app, "/?page=2")
    assert "Beiträge" in shown
    assert "Seite 2" in shown
    faults = found_in(app)
    assert len(faults) == 1
    assert faults[0].startswith(f"{folder / 'translations' / 'de' / 'LC_MESSAGES' / 'messages.po'}:4: ")
    assert what in faults[0]


def header(field: str) -> bytes:
    """A catalogue with one field in its header."""
    return f'msgid ""\nmsgstr ""\n"{field}\\n"\n'.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"msgid\n",
        b'msgid "a"\nmsgstr "\xff"\n',
        header("Content-Type: text/plain; charset=CHARSET"),
        header("Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;"),
        header("PO-Revision-Date: yesterday"),
    ],
)
def test_an_unreadable_catalogue_is_a_fault_of_the_theme(speaking: Speaking, tmp_path: Path, content: bytes) -> None:
    folder = translations(tmp_path, "de")
    (folder / "translations" / "de" / "LC_MESSAGES" / "messages.po").write_bytes(content)
    app = speaking("de", folder)
    assert "Noch ist nichts veröffentlicht." in page(app, "/")
    assert ["cannot be read" in fault for fault in found_in(app)] == [True]


def found_in(app: Flask) -> list[str]:
    with app.app_context():
        return [str(fault) for fault in theme.current().faults.values()]
