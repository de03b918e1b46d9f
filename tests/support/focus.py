"""Finds the focused element of a page, and whether it is visible."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page

MAX_STEPS = 400

# The proof that a script adds to the comment form may come at any moment, so hidden fields do not count.
FOCUSED = """places => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth, outlineColor, opacity } = getComputedStyle(element);
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const head = document.querySelector(".queue-head");
  const covered = head && !head.contains(element) && getComputedStyle(head).position === "sticky" && scrollY > 0
    ? head.getBoundingClientRect().bottom : 0;
  return {
    number: element === document.body ? -1 : [...document.querySelectorAll(":not([type=hidden])")].indexOf(element),
    place: places.find(place => element.closest(place)) ?? "",
    name: `${element.localName}.${element.className} ${element.textContent.slice(0, 40)}`,
    isMarked: outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && opacity === "1"
      && outlineColor !== getComputedStyle(document.body).backgroundColor,
    isInSight: left < innerWidth && right > 0 && top < innerHeight && bottom > covered,
  };
}"""


class Step(NamedTuple):
    """The focused element: its number in the page, and its part of the page."""

    number: int
    place: str


def walk(page: Page, key: str, places: Sequence[str] = ()) -> Iterator[Step]:
    """Press ``key`` until the focus has left the page, and check at each step that it is visible."""
    for _ in range(MAX_STEPS):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED, list(places))
        if focused["number"] < 0:
            return
        assert focused["isMarked"], f"{page.url}: {focused['name']} has the focus and does not show it"
        assert focused["isInSight"], f"{page.url}: {focused['name']} has the focus and is out of sight"
        yield Step(focused["number"], focused["place"])
    pytest.fail(f"The focus does not leave {page.url}")


def tab_to(page: Page, target: Locator) -> None:
    """Press the Tab key until ``target`` has the focus."""
    for _ in range(MAX_STEPS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"The focus does not reach {target}")
