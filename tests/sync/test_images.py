"""The images of an article are fetched to this site with their sizes; a failure affects only the image."""

import html
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from blog.content import preview_links
from blog.sources.ghost.source import GhostSource
from blog.sync.run import sync
from tests.sources.fake_ghost import CONTENT_KEY, fake_ghost
from tests.support.content_fixtures import Pull
from tests.support.fakes import Request, fake, http
from tests.support.files import photograph, picture, write
from tests.support.rows import article

pytestmark = pytest.mark.usefixtures("app")


def elements(html: str, name: str) -> list[dict[str, str]]:
    tags = re.findall(rf"<{name}\b([^>]*)>", html)
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in tags]


def images(slug: str) -> list[dict[str, str]]:
    return elements(article(slug).body_html, "img")


@pytest.mark.parametrize(
    ("given", "width", "height"),
    [
        ("", "60", "40"),
        ('width="30" height="20"', "30", "20"),
        ('width="30"', "60", "40"),
        ('width="30" height="30"', "60", "40"),
        ('width="0" height="0"', "60", "40"),
        ('width="100%" height="auto"', "60", "40"),
    ],
)
def test_an_image_gets_its_size(folder: Path, pull: Pull, given: str, width: str, height: str) -> None:
    (folder / "cup.png").write_bytes(picture("png", (60, 40)))
    write(folder, "tea.md", f'<p><img src="cup.png" alt="A cup" {given}></p>', title="Tea")
    pull()
    [image] = images("tea")
    assert (image["width"], image["height"], image["alt"]) == (width, height, "A cup")


def test_a_folder_s_image_on_another_host_becomes_a_link(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "![A cup](https://elsewhere.example/cup.png)", title="Tea")
    report = pull()
    assert images("tea") == []
    assert '<a href="https://elsewhere.example/cup.png"' in article("tea").body_html
    assert "another host" in report.notes[0].reason


def test_a_caption_without_its_image_is_kept_as_text(folder: Path, pull: Pull) -> None:
    write(folder, "tea.html", '<figure><img src="no.png"><figcaption>A <b>cup</b></figcaption></figure>', title="Tea")
    pull()
    assert article("tea").body_html.strip() == "<p>A <b>cup</b></p>"


def test_a_document_has_a_limit_of_images(folder: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.sync.images.MAX_IMAGES", 3)
    for number in range(5):
        (folder / f"{number}.png").write_bytes(picture("png", (number + 1, 1)))
    write(folder, "tea.md", "\n\n".join(f"![]({number}.png)" for number in range(5)), title="Tea")
    report = pull()
    assert [image["width"] for image in images("tea")] == ["1", "2", "3"]
    [note] = report.notes
    assert "at most 3 images" in note.reason


def test_images_of_a_cms_are_fetched_from_allowed_hosts() -> None:
    with fake_ghost() as (ghost, server), fake(lambda _: http(picture("png", (9, 9)))) as private:
        honest = server.answer

        def answer(request: Request) -> bytes:
            if request.path == "/content/images/cup.png":
                return http(picture("png", (60, 40)))
            if request.path == "/content/images/page.png":
                return http("<html>no picture</html>")
            sent = honest(request)
            assert isinstance(sent, bytes)
            return sent

        server.answer = answer
        sources = [f"{server.url}/content/images/{name}.png" for name in ("cup", "page", "none")]
        sources += [f"{private.url}/secret.png", "https://10.0.0.1/x.png"]
        body = "".join(f'<figure><img src="{source}"><figcaption>{source}</figcaption></figure>' for source in sources)
        ghost.add(
            1, "Tea", html=f"<p>First.</p>{body}<p>Last.</p>", feature_image=f"{server.url}/content/images/cup.png"
        )
        source = GhostSource(server.url, CONTENT_KEY, None)
        report = sync(source)
        source.close()
    [image] = images("tea")
    assert (image["width"], image["height"]) == ("60", "40")
    assert image["src"] == article("tea").image
    assert "First." in article("tea").body_html
    assert "Last." in article("tea").body_html
    assert private.requests == []
    reasons = " ".join(entry.reason for entry in report.notes)
    assert len(report.notes) == 4
    assert "it is not a PNG" in reasons
    assert "answered 404" in reasons
    assert reasons.count("private network") == 2


def test_an_article_offers_its_images_in_the_stored_widths(folder: Path, pull: Pull, client: FlaskClient) -> None:
    (folder / "pot.jpg").write_bytes(photograph("jpg", (900, 150)))
    (folder / "cup.jpg").write_bytes(photograph("jpg", (700, 100)))
    write(folder, "tea.md", "Water.\n\n![A cup](cup.jpg)\n\nText.", title="Tea", image="pot.jpg", image_alt="A pot")
    pull()
    tea = article("tea")
    assert (tea.image_width, tea.image_height) == (900, 150)
    assert [source["type"] for source in elements(tea.body_html, "source")] == ["image/avif", "image/webp"]
    page = client.get("/articles/tea").text
    pot, cup = elements(page, "img")
    assert (pot["width"], pot["height"], pot["fetchpriority"], "loading" in pot) == ("900", "150", "high", False)
    assert (cup["width"], cup["height"], cup["loading"], "fetchpriority" in cup) == ("700", "100", "lazy", False)
    offered = [candidate for source in elements(page, "source") for candidate in source["srcset"].split(", ")]
    assert [candidate.split()[1] for candidate in offered] == ["560w", "900w"] * 2 + ["560w", "700w"] * 2
    for candidate in offered:
        answer = client.get(candidate.split()[0])
        assert answer.status_code == 200
        answer.close()


def test_the_caption_of_an_article_s_image_is_below_it(folder: Path, pull: Pull, client: FlaskClient) -> None:
    (folder / "pot.png").write_bytes(picture("png", (60, 40)))
    write(folder, "tea.md", title="Tea", image="pot.png", image_caption="By Bea & Ada")
    pull()
    for address in ("/articles/tea", "/feed.xml"):
        page = html.unescape(client.get(address).text) if address == "/feed.xml" else client.get(address).text
        assert re.search(r"<figcaption[^>]*>By Bea &amp; Ada</figcaption>\s*</figure>", page)


def test_a_preview_shows_a_draft_s_image_in_its_widths(folder: Path, pull: Pull, client: FlaskClient) -> None:
    (folder / "pot.jpg").write_bytes(photograph("jpg", (900, 150)))
    write(folder, "tea.md", title="Tea", image="pot.jpg", draft="true")
    pull()
    page = client.get(urlsplit(preview_links.preview_url("tea.md")).path).text
    [pot] = elements(page, "img")
    assert (pot["width"], pot["height"]) == ("900", "150")
    assert len(elements(page, "source")) == 2


def test_the_srcset_of_a_cms_is_not_kept(folder: Path, pull: Pull) -> None:
    (folder / "cup.jpg").write_bytes(photograph("jpg", (700, 100)))
    foreign = '<source srcset="https://elsewhere.example/cup.avif 1x" media="print">'
    image = '<img src="cup.jpg" srcset="https://elsewhere.example/cup.jpg 2x" sizes="1px">'
    write(folder, "tea.md", f"<figure><picture>{foreign}{image}</picture></figure>", title="Tea")
    pull()
    body = article("tea").body_html
    assert "elsewhere" not in body
    assert "1px" not in body
    assert body.count("<source") == 2
