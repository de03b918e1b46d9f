"""Images in a browser: each screen loads images of its size, lazily, and without shifting content."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.support.files import photograph, write
from tests.support.servers import Served, served

COUNT_SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shifted += entry.value; }))
        .observe({type: "layout-shift", buffered: true});
"""
PAINTED = "() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
COMPLETE = "image => image.complete && image.naturalWidth > 0"


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "pot.jpg").write_bytes(photograph("jpg", (2000, 500)))
    (folder / "cup.jpg").write_bytes(photograph("jpg", (1500, 400)))
    text = "\n\n".join(["Water first. " * 40] * 20)
    write(
        folder, "tea.md", f"{text}\n\n![A cup](cup.jpg)\n\nThe end.", title="On Tea", image="pot.jpg", image_alt="A pot"
    )
    with served(tmp_path_factory.mktemp("blog"), BLOG_SOURCE=f"folder:{folder}") as blog:
        yield blog


def loaded(page: Page, alt: str) -> str:
    """The file name that the browser chose for an image."""
    image = page.get_by_alt_text(alt)
    image.scroll_into_view_if_needed()
    page.wait_for_function(COMPLETE, arg=image.element_handle())
    source: str = image.evaluate("image => image.currentSrc")
    return source.rpartition("-")[2]


@pytest.mark.parametrize(
    ("width", "scale", "files"),
    [
        (390, 1, ("560.avif", "560.avif")),
        (390, 2, ("800.avif", "800.avif")),
        (390, 3, ("1100.avif", "1100.avif")),
        (1280, 1, ("800.avif", "560.avif")),
        (1280, 2, ("1600.avif", "1100.avif")),
    ],
)
def test_each_screen_loads_images_of_its_size(
    open_page: OpenPage, width: int, scale: int, files: tuple[str, str]
) -> None:
    page = open_page(viewport={"width": width, "height": 844}, device_scale_factor=scale)
    page.goto("/articles/tea")
    assert (loaded(page, "A pot"), loaded(page, "A cup")) == files


@pytest.mark.parametrize("width", [390, 1280])
def test_loading_images_shifts_nothing(open_page: OpenPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 844})
    page.add_init_script(COUNT_SHIFTS)
    held: list[Route] = []
    page.route("**/media/*", lambda route: held.append(route))  # noqa: PLW0108 - no builtin will do
    page.goto("/articles/tea", wait_until="domcontentloaded")
    page.evaluate(PAINTED)
    assert [route.request.url.rpartition("-")[2] for route in held] == [f"{560 if width == 390 else 800}.avif"]
    held[0].continue_()
    page.unroute("**/media/*")
    loaded(page, "A pot")
    loaded(page, "A cup")
    page.evaluate(PAINTED)
    assert page.evaluate("window.shifted") == 0


def test_an_image_that_is_not_seen_yet_is_not_loaded(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto("/articles/tea", wait_until="networkidle")
    assert len([name for name in asked if name.endswith(".avif")]) == 1
    loaded(page, "A cup")
    assert len([name for name in asked if name.endswith(".avif")]) == 2


def test_a_browser_without_both_formats_gets_the_original_image(open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/articles/tea", without_sources)
    page.goto("/articles/tea")
    assert loaded(page, "A pot") == "webp.jpg"
    expect(page.get_by_alt_text("A pot")).to_have_js_property("naturalWidth", 2000)


def without_sources(route: Route) -> None:
    """The page as such a browser reads it, which ignores a ``source`` of an unknown type."""
    answer = route.fetch()
    route.fulfill(
        response=answer, body=answer.text().replace("image/avif", "image/none").replace("image/webp", "image/none")
    )
