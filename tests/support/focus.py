"""Moves the focus with keys, and checks that the focused element is visible.

A walk has hundreds of steps. So a script in the page notes each step, and Python asks it only now and then.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page

MAX_STEPS = 400

STEPS_AT_ONCE = 20
"""Steps between two questions to the page. When the focus has left the page, the rest of them does nothing."""

# The proof that a script adds to the comment form may come at any moment, so hidden fields do not count.
WATCH = """places => {
  const describe = () => {
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
  };
  let steps = [];
  let isFirst = true;
  const note = () => {
    if (!isFirst && steps.at(-1)?.number !== -1) steps.push(describe());
    isFirst = false;
  };
  const onKey = (event) => {
    if (event.key !== "Tab") return;
    note();
    if (steps.at(-1)?.number === -1) event.preventDefault();
  };
  window.endWalk?.();
  window.endWalk = () => removeEventListener("keydown", onKey, true);
  addEventListener("keydown", onKey, true);
  window.takeSteps = () => {
    note();
    isFirst = true;
    return steps.splice(0);
  };
}"""
"""Notes the focused element before each key but the first, and when it is asked: so after each key."""
IS_FOCUSED = "element => element === document.activeElement"


class Step(NamedTuple):
    """The focused element: its number in the page, and its part of the page."""

    number: int
    place: str


def walk(page: Page, key: str, places: Sequence[str] = ()) -> Iterator[Step]:
    """Press ``key`` until the focus has left the page, and check at each step that it is visible."""
    page.evaluate(WATCH, list(places))
    for _ in range(MAX_STEPS // STEPS_AT_ONCE):
        for focused in _steps(page, key):
            if focused["number"] < 0:
                return
            assert focused["isMarked"], f"{page.url}: {focused['name']} has the focus and does not show it"
            assert focused["isInSight"], f"{page.url}: {focused['name']} has the focus and is out of sight"
            yield Step(focused["number"], focused["place"])
    pytest.fail(f"The focus does not leave {page.url}")


def _steps(page: Page, keys: str) -> list[dict[str, Any]]:
    """Hold ``keys`` until they have repeated a few times; return what had the focus after each of them."""
    *modifiers, key = keys.split("+")
    for modifier in modifiers:
        page.keyboard.down(modifier)
    for _ in range(STEPS_AT_ONCE):
        page.keyboard.down(key)
    for pressed in (key, *modifiers):
        page.keyboard.up(pressed)
    steps: list[dict[str, Any]] = page.evaluate("takeSteps()")
    return steps


def tab_to(page: Page, target: Locator) -> None:
    """Press the Tab key until ``target`` has the focus."""
    element = target.element_handle()
    for _ in range(MAX_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(IS_FOCUSED, element):
            return
    pytest.fail(f"The focus does not reach {target}")
