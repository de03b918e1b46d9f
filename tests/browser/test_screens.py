"""A fault that shows in only one colour scheme, or only on a phone, is found."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.support.contrast import Looks, contrast_faults
from tests.support.screens import DESK, faults_on_a_desk, faults_on_a_phone

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
"""Shows only a text, which has its own colour and may get a box behind it."""
BOX_BEHIND = f"}} @media {TOUCHED} {{ .back {{ position: absolute; inset: 0; background: #333; }} }}"
SMALL = f"font: bold 20px serif; color: #888; background: #fff; }} @media {TOUCHED} {{ .text {{ font-size: 14px; }} }}"

COUNT_JUDGED = """() => {
    window.judged = 0;
    axe.run = async () => {
        const texts = [...document.querySelectorAll("body *")].filter((element) => element.innerText);
        window.judged = texts.filter((element) => !element.children.length && !element.matches("[data-judged]")).length;
        return { violations: [], passes: [] };
    };
}"""


@pytest.fixture
def looks() -> Looks:
    return set()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page(viewport=DESK)
    page.goto("/")
    return page


def test_a_page_without_a_fault_passes(page: Page, looks: Looks) -> None:
    page.evaluate(STYLE, "")
    assert faults_on_a_desk(page, looks) + faults_on_a_phone(page, looks) == []


@pytest.mark.parametrize(("rules", "fault"), [(PALE, "color-contrast"), (NAMELESS, "button-name")])
def test_a_fault_in_the_dark_is_found(page: Page, looks: Looks, rules: str, fault: str) -> None:
    page.evaluate(STYLE, f"@media {DARK} {{ {rules} }}")
    found = faults_on_a_desk(page, looks)
    assert found
    assert all(line.startswith("In the dark, ") and f": {fault} at " in line for line in found)
    assert faults_on_a_phone(page, looks) == []


@pytest.mark.parametrize(
    ("rules", "fault"), [(PALE, "color-contrast"), (NAMELESS, "button-name"), (WIDE, "is too wide")]
)
def test_a_fault_on_a_phone_is_found(page: Page, looks: Looks, rules: str, fault: str) -> None:
    page.evaluate(STYLE, f"@media {TOUCHED} {{ {rules} }}")
    assert faults_on_a_desk(page, looks) == []
    found = faults_on_a_phone(page, looks)
    assert fault in "\n".join(found)
    assert all(line.startswith("On a phone, ") for line in found)


@pytest.mark.parametrize("rules", [BOX_BEHIND, SMALL], ids=["a box behind it", "smaller"])
def test_a_text_of_the_same_colour_is_judged_again_when_its_surroundings_change(
    page: Page, looks: Looks, rules: str
) -> None:
    page.evaluate(STAGE, rules)
    assert [line for line in faults_on_a_desk(page, looks) if not line.startswith("In the dark, ")] == []
    found = "\n".join(faults_on_a_phone(page, looks))
    assert "color-contrast at p.text" in found


def test_a_text_with_too_little_contrast_is_found_on_each_page(page: Page, looks: Looks) -> None:
    for _ in range(2):
        page.goto("/")
        page.evaluate(STYLE, PALE)
        assert any("color-contrast" in line for line in faults_on_a_desk(page, looks))


def test_texts_that_look_like_good_ones_are_not_judged_again(page: Page, looks: Looks) -> None:
    assert faults_on_a_desk(page, looks) == []
    page.evaluate(COUNT_JUDGED)
    contrast_faults(page, looks)
    assert page.evaluate("window.judged") < 3  # such as the hidden link to the content, which is seen only with focus
