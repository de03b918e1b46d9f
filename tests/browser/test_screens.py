"""A fault that shows in only one colour scheme, or only on a phone, is found."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
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


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page(viewport=DESK)
    page.goto("/")
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
