"""The judge of contrast skips texts that look like good ones. Still it finds on each page what axe-core alone finds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support import axe, contrast

PAGE = '<!doctype html><html lang="en"><title>Contrast</title><body><main>{}</main>'
SHOW = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
}"""
AXE_ALONE = """() => axe.run({ runOnly: ["color-contrast"] }).then(({ violations }) =>
    violations.flatMap((violation) => violation.nodes.map(({ target }) => target.join())))"""

TEXT = "<p class=text>Some words</p>"
BOXED = f"<div class=box>{TEXT}</div>"
BESIDE = f"<div class=box></div>{TEXT}"
CLIPPED = f"<div class=clip><div class=box></div></div>{TEXT}"
DARK = ".text { color: #222 } "
LIGHT_ON_BLACK = ".text { color: #eee } .box { background: #000 } "
AT_TOP = ".box { position: absolute; inset: 0 auto auto 0 } "
TALL = ".box { background: #333; width: 500px; height: 500px } "

CASES = {
    "on a dark page": (TEXT, DARK, "html { background: #333 }"),
    "filled with another colour": (TEXT, DARK, ".text { -webkit-text-fill-color: #ddd }"),
    "smaller": (TEXT, ".text { color: #888; font-size: 32px }", ".text { font-size: 12px }"),
    "below its box": (BOXED, LIGHT_ON_BLACK, ".box { height: 1px } .text { position: relative; top: 99px }"),
    "moved out of its box": (BOXED, LIGHT_ON_BLACK, ".text { transform: translateY(200px) }"),
    "floating out of its box": (BOXED, LIGHT_ON_BLACK, ".text { float: left }"),
    "before another box": (BESIDE, DARK, f"{TALL} {AT_TOP} .box {{ z-index: -1 }}"),
    "before a round box": (BESIDE, DARK, f"{TALL} {AT_TOP} .box {{ z-index: -1; border-radius: 50px }}"),
    "before a clipped box": (
        CLIPPED,
        DARK,
        f"{TALL} .clip {{ position: fixed; inset: 0; z-index: -1; overflow: clip }}",
    ),
}
"""For each way to lose contrast: a page, rules with which a text is good, and rules that spoil it."""

HIDDEN = ".text { color: #eee; position: absolute; clip-path: inset(50%) } "
GRADIENT = ".text { color: #222; background: linear-gradient(#ddd, #eee) #ddd } "


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has been judged yet."""
    monkeypatch.setattr(contrast, "GOOD_LOOKS", set())


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page of which each test replaces the content and the rules."""
    page = chromium.new_page()
    page.evaluate(axe.SCRIPT)
    yield page
    page.close()


def contrast_faults(page: Page) -> list[str]:
    found = contrast.faults(page, {"runOnly": ["color-contrast"]})
    assert found is not None
    return found


def open_body(page: Page, body: str, css: str) -> None:
    page.set_content(PAGE.format(body))
    page.evaluate(SHOW, css)


@pytest.mark.parametrize(("body", "good", "bad"), CASES.values(), ids=CASES)
def test_a_text_that_loses_its_contrast_is_found(page: Page, body: str, good: str, bad: str) -> None:
    open_body(page, body, good)
    assert contrast_faults(page) == []
    assert contrast.GOOD_LOOKS
    page.evaluate(SHOW, good + bad)
    assert page.evaluate(AXE_ALONE) == ["p"]
    assert len(contrast_faults(page)) == 1


def test_a_text_that_is_hidden_from_sight_is_no_example_of_a_good_one(page: Page) -> None:
    open_body(page, TEXT, HIDDEN)
    assert contrast_faults(page) == []
    page.evaluate(SHOW, f"{HIDDEN} .text {{ clip-path: none }}")
    assert page.evaluate(AXE_ALONE) == ["p"]
    assert len(contrast_faults(page)) == 1


def test_a_text_in_the_colour_of_its_background_is_found(page: Page) -> None:
    open_body(page, TEXT, ".text { color: #fff }")
    assert page.evaluate(AXE_ALONE) == [], "it leaves that to people"
    assert len(contrast_faults(page)) == 1


def test_a_text_on_a_gradient_is_judged_on_the_colour_behind_it(page: Page) -> None:
    open_body(page, TEXT, GRADIENT)
    assert contrast_faults(page) == []
    assert contrast.GOOD_LOOKS
    page.evaluate(SHOW, f"{GRADIENT} .text {{ color: #bbb }}")
    assert page.evaluate(AXE_ALONE) == [], "it leaves that to people"
    assert len(contrast_faults(page)) == 1
    assert "gradient" in page.evaluate("getComputedStyle(document.querySelector('.text')).backgroundImage")
