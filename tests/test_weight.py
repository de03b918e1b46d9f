"""The files that a browser fetches for an article, besides images: small, from this host, without cookies."""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urljoin

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.cache.entries import BROTLI_QUALITY as PAGE_QUALITY
from blog.config import Settings
from blog.content.models import Article
from blog.extensions import db
from blog.paths import STATIC
from blog.sources.registry import configured_source
from blog.sync.run import sync
from blog.theming.assets import BROTLI_QUALITY
from tests.support.outline import Outline, StartTag

MAX_ARTICLE_BYTES = 30_000
MAX_FIRST_VISIT_BYTES = 15_000
"""The limit for page, stylesheet and scripts of an article, compressed with brotli."""
MAX_ARTICLE_SCRIPTS_BYTES = 8_000
MAX_SCRIPT_BYTES = 3_000
GZIP_LEVEL = 6

FETCHED = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "script": "src",
    "source": "src",
    "video": "src",
}
LINKS_FETCHED = {"apple-touch-icon", "icon", "manifest", "modulepreload", "preload", "stylesheet"}
ANY_IMPORT = re.compile(r'(?:from |import |import\()"\./([^"]+)"')
IMPORT = re.compile(r'^import (?:.* from )?"(.+)";$', re.MULTILINE)

pytestmark = pytest.mark.only_on("sqlite", reason="a page has the same bytes whichever database stores its article")


@pytest.fixture
def articles(app: Flask, settings: Settings) -> list[str]:
    """The addresses of the demo articles."""
    with configured_source(settings) as source:
        sync(source)
    return [f"/articles/{slug}" for slug in db.session.scalars(Article.published().with_only_columns(Article.slug))]


def fetched(elements: list[StartTag]) -> Iterator[tuple[str, str]]:
    """The files that a browser requests for a page, each with its element."""
    for name, attributes in elements:
        addresses = [attributes.get(FETCHED[name])] if name in FETCHED else []
        if name == "link" and LINKS_FETCHED & set((attributes.get("rel") or "").split()):
            addresses.append(attributes.get("href"))
        addresses += [part.split()[0] for part in (attributes.get("srcset") or "").split(",") if part.strip()]
        yield from ((name, address) for address in addresses if address)


def get(client: FlaskClient, address: str) -> TestResponse:
    """The whole response; its file is closed."""
    answer = client.get(address)
    answer.make_sequence()
    answer.close()
    return answer


def stylesheets_and_scripts(client: FlaskClient, elements: list[StartTag]) -> dict[str, bytes]:
    """The files of a page by their addresses, including those that its scripts import."""
    found: dict[str, bytes] = {}
    wanted = [address for name, address in fetched(elements) if name in {"link", "script"}]
    while wanted:
        address = wanted.pop()
        answer = get(client, address)
        if address not in found and answer.mimetype in {"text/css", "text/javascript"}:
            found[address] = answer.data
            wanted += [urljoin(address, name) for name in IMPORT.findall(answer.text)]
    return found


@cache  # articles have most of their files in common
def gzip_size(data: bytes) -> int:
    return len(gzip.compress(data, GZIP_LEVEL))


@cache
def brotli_size(data: bytes, quality: int) -> int:
    return len(brotli.compress(data, quality=quality))


def test_the_page_of_an_article_is_small(client: FlaskClient, articles: list[str]) -> None:
    weights = {}
    for address in articles:
        page = get(client, address)
        files = stylesheets_and_scripts(client, Outline(page.text).elements)
        assert {name.rsplit("/", 1)[1] for name in files} >= {"site.css", "footnotes.js", "copying.js"}
        weights[address] = sum(map(gzip_size, (page.data, *files.values())))
    assert {address: weight for address, weight in weights.items() if weight > MAX_ARTICLE_BYTES} == {}


def test_a_first_visit_to_any_article_is_below_15_kb(client: FlaskClient, articles: list[str]) -> None:
    weights = {}
    for address in articles:
        page = get(client, address)
        files = stylesheets_and_scripts(client, Outline(page.text).elements)
        sizes = [brotli_size(data, BROTLI_QUALITY) for data in files.values()]
        weights[address] = sum(sizes) + brotli_size(page.data, PAGE_QUALITY)
    assert max(weights.values()) < MAX_FIRST_VISIT_BYTES, weights


def test_an_article_loads_from_this_host_only_and_sets_no_cookie(client: FlaskClient, articles: list[str]) -> None:
    for address in articles:
        page = get(client, address)
        asked = {address for _, address in fetched(Outline(page.text).elements)}
        assert [address for address in asked if not re.match(r"/(?!/)", address)] == []
        answers = [page, *(get(client, address) for address in asked)]
        assert {answer.status_code for answer in answers} == {200}
        assert not [answer for answer in answers if "Set-Cookie" in answer.headers]


def test_scripts_are_deferred_modules(client: FlaskClient, articles: list[str]) -> None:
    elements = Outline(get(client, articles[0]).text).elements
    scripts = [attributes for name, attributes in elements if name == "script" and "src" in attributes]
    assert scripts
    assert {script["type"] for script in scripts} == {"module"}


def test_the_scripts_of_an_article_are_small(client: FlaskClient, articles: list[str]) -> None:
    files = stylesheets_and_scripts(client, Outline(get(client, articles[0]).text).elements)
    sizes = [gzip_size(data) for name, data in files.items() if name.endswith(".js")]
    assert len(sizes) > 5
    assert sum(sizes) <= MAX_ARTICLE_SCRIPTS_BYTES


def test_each_script_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (STATIC / "js").rglob("*.js")}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > MAX_SCRIPT_BYTES} == {}


def test_scripts_import_only_scripts_that_exist() -> None:
    names = {path.name for path in (STATIC / "js").glob("*.js")}
    imported = {
        name for path in (STATIC / "js").glob("*.js") for name in ANY_IMPORT.findall(path.read_text(encoding="utf-8"))
    }
    assert imported
    assert imported - names == set()
