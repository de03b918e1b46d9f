"""A fault that shows in only one colour scheme, or only on a phone, is found."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.support import contrast
from tests.support.axe import violations
from tests.support.screens import DESK, faults_on_a_desk, faults_on_a_phone

pytestmark = pytest.mark.still

PALE = "p { color: #777; background: #666; }"
NAMELESS = ".nameless { display: block; }"
WIDE = ".nameless { display: block; inline-size: 2000px; }"
DARK = "(prefers-color-scheme: dark)"
TOUCHED = "(width < 400px) and (hover: none)"
STYLE = """(rules) => {
    const button = document.createElement("button");
    button.className = "nameless";
    document.querySelector("main").append(button);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.nameless { display: none; } ${rules}`);
    document.adoptedStyleSheets.push(sheet);
}"""
"""Adds a button without a name, which is hidden, and then ``rules``."""


STAGE = """(rules) => {
    document.querySelector("main").insertAdjacentHTML(
        "beforeend", '<div class="stage"><div class="back"></div><p class="text">Words on a stage.</p></div>');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.stage { position: relative; } .text { position: relative; z-index: 1; ${rules}`);
    document.adoptedStyleSheets.push(sheet);
}"""
"""Adds a text with a box that may be behind it, and ``rules`` for the text."""
BOX_BEHIND = f"}} @media {TOUCHED} {{ .back {{ position: absolute; inset: 0; background: #333; }} }}"
SMALL = f"font: bold 20px serif; color: #888; background: #fff; }} @media {TOUCHED} {{ .text {{ font-size: 14px; }} }}"

COUNT_JUDGED = """() => {
    window.judged = 0;
    axe.run = async () => {
        const texts = [...document.querySelectorAll("body *")].filter((element) => element.innerText);
        window.judged = texts.filter((element) => !element.children.length && !element.matches("[data-judged]")).length;
        return { violations: [], passes: [], incomplete: [] };
    };
}"""
"""Makes axe-core count the texts that it is to judge, instead of judging them."""


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has been judged yet."""
    monkeypatch.setattr(contrast, "GOOD_LOOKS", set())


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page(viewport=DESK)
    page.goto("/search")
    return page


def test_a_page_without_a_fault_passes(page: Page) -> None:
    page.evaluate(STYLE, "")
    assert faults_on_a_desk(page) + faults_on_a_phone(page) == []


@pytest.mark.parametrize(("rules", "fault"), [(PALE, "color-contrast"), (NAMELESS, "button-name")])
def test_a_fault_in_the_dark_is_found(page: Page, rules: str, fault: str) -> None:
    page.evaluate(STYLE, f"@media {DARK} {{ {rules} }}")
    found = faults_on_a_desk(page)
    assert found
    assert all(line.startswith("In the dark, ") and f": {fault} at " in line for line in found)
    assert faults_on_a_phone(page) == []


@pytest.mark.parametrize(
    ("rules", "fault"), [(PALE, "color-contrast"), (NAMELESS, "button-name"), (WIDE, "is too wide")]
)
def test_a_fault_on_a_phone_is_found(page: Page, rules: str, fault: str) -> None:
    page.evaluate(STYLE, f"@media {TOUCHED} {{ {rules} }}")
    assert faults_on_a_desk(page) == []
    found = faults_on_a_phone(page)
    assert fault in "\n".join(found)
    assert all(line.startswith("On a phone, ") for line in found)


@pytest.mark.parametrize("rules", [BOX_BEHIND, SMALL], ids=["a box behind it", "smaller"])
def test_a_text_of_the_same_colour_is_judged_again_when_its_surroundings_change(page: Page, rules: str) -> None:
    page.evaluate(STAGE, rules)
    assert [line for line in faults_on_a_desk(page) if not line.startswith("In the dark, ")] == []
    found = "\n".join(faults_on_a_phone(page))
    assert "color-contrast at p.text" in found


def test_a_text_with_too_little_contrast_is_found_on_each_page(page: Page) -> None:
    for _ in range(2):
        page.goto("/search")
        page.evaluate(STYLE, PALE)
        assert any("color-contrast" in line for line in faults_on_a_desk(page))


def test_texts_that_look_like_good_ones_are_not_judged_again(page: Page) -> None:
    assert faults_on_a_desk(page) == []
    page.evaluate(COUNT_JUDGED)
    violations(page)
    assert page.evaluate("window.judged") < 3  # such as the hidden link to the content, which is seen only with focus
