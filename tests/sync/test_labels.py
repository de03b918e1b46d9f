"""Tags and authors of a CMS as rows: their own slugs, renames, and former addresses."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from blog.fetch.limits import Limits
from blog.sources.ghost.source import GhostSource
from blog.sync.run import sync
from tests.sources.fake_ghost import CONTENT_KEY, FakeGhost
from tests.support.fakes import Fake
from tests.support.rows import article, live_slugs

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def source(server: Fake) -> Iterator[GhostSource]:
    source = GhostSource(server.url, CONTENT_KEY, None, Limits(tries=1))
    yield source
    source.close()


def tag(id_: str, name: str, slug: str) -> dict[str, str]:
    return {"id": id_, "name": name, "slug": slug, "visibility": "public"}


def test_emoji_in_names_and_a_51st_tag_lose_no_article(ghost: FakeGhost, source: GhostSource) -> None:
    fox = {"id": "a7", "name": "🦊🦊", "slug": ""}
    many = [tag(f"t{number}", f"Tag {number}", f"tag-{number}") for number in range(51)]
    ghost.add(1, "Foxes", authors=[fox], tags=[tag("b8", "🎉", ""), *many])
    report = sync(source)
    assert report.rejected == []
    assert article("foxes").authors == [("a7", "🦊🦊")]
    assert article("foxes").tags[0] == ("b8", "🎉")
    assert any("only the first 50" in note.reason for note in report.notes)


def test_the_slugs_of_the_cms_are_kept(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(1, "Languages", tags=[tag("1", "C++", "c"), tag("2", "C", "c-2"), tag("3", "C#", "c-3")])
    sync(source)
    assert article("languages").tags == [("c", "C++"), ("c-2", "C"), ("c-3", "C#")]


def test_two_similar_slugs_stay_two_tags(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(1, "Parties", tags=[tag("1", "Tag", "tag"), tag("2", "🎉 Tag", "🎉-tag")])
    sync(source)
    assert article("parties").tags == [("tag", "Tag"), ("tag-2", "🎉 Tag")]


def test_a_rename_with_the_same_slug_shows(ghost: FakeGhost, source: GhostSource, client: FlaskClient) -> None:
    post = ghost.add(1, "On Tea", tags=[tag("1", "Tee", "tea")])
    sync(source)
    ghost.posts[post]["tags"] = [tag("1", "Tea", "tea")]
    assert sync(source).updated == 1
    assert article("on-tea").tags == [("tea", "Tea")]
    assert "Tea" in client.get("/tags/tea").text
    assert "Tee" not in client.get("/tags/").text


def test_a_former_address_of_a_tag_or_author_redirects(
    ghost: FakeGhost, source: GhostSource, client: FlaskClient
) -> None:
    post = ghost.add(1, "On Tea", tags=[tag("1", "Tea", "tea")], authors=[{"id": "9", "name": "Ada", "slug": "ada"}])
    sync(source)
    for slug in ("teas", "all-tea"):
        ghost.posts[post]["tags"] = [tag("1", f"All {slug}", slug)]
        ghost.posts[post]["authors"] = [{"id": "9", "name": "Ada Byron", "slug": f"ada-{slug}"}]
        sync(source)
    for path, target in (
        ("/tags/tea", "/tags/all-tea"), ("/tags/teas", "/tags/all-tea"), ("/tag/tea/", "/tags/all-tea"),
        ("/authors/ada", "/authors/ada-all-tea"), ("/author/ada/", "/authors/ada-all-tea"),
    ):  # fmt: skip
        answer = client.get(path)
        assert (path, answer.status_code, answer.location) == (path, 301, target)
    assert client.get("/tags/all-tea").status_code == 200


def test_a_tag_that_takes_a_former_slug_has_its_own_page(
    ghost: FakeGhost, source: GhostSource, client: FlaskClient
) -> None:
    post = ghost.add(1, "On Tea", tags=[tag("1", "Tea", "tea")])
    sync(source)
    ghost.posts[post]["tags"] = [tag("1", "Black tea", "black-tea")]
    sync(source)
    ghost.add(2, "On Herbs", tags=[tag("5", "Tea", "tea")])
    sync(source)
    assert client.get("/tags/tea").status_code == 200
    assert article("on-herbs").tags == [("tea", "Tea")]


SLUGS = {
    "τελοσ-ς": "τελοσ-σ", "日本語、中国。": "日本語-中国", "مرحبا،-بك": "مرحبا-بك", "हिन्दी।": "हिन्दी",
    "i-♥-tea-→-№-§-5": "i-tea-no-5", "🎉": f"{1:024x}",
}  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_every_slug_of_a_cms_is_accepted(ghost: FakeGhost, source: GhostSource, slug: str) -> None:
    ghost.add(1, "A title", slug=slug)
    assert sync(source).rejected == []
    assert live_slugs() == [SLUGS[slug]]


def test_an_untitled_post_gets_its_first_words_as_title(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(1, "", slug="untitled", html="<p>Water <b>comes</b> first, and then the leaf, and then time.</p>")
    sync(source)
    assert article("untitled").title == "Water comes first, and then the leaf, and …"
