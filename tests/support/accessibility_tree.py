"""Reads what a browser gives to a screen reader: the accessibility tree of a page."""

from typing import Any, NamedTuple

from playwright.sync_api import Page

NAMED = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "checkbox",
    "combobox",
    "dialog",
    "article",
    "navigation",
    "DisclosureTriangle",
}
"""Roles that are useless without a name."""


class Node(NamedTuple):
    """One element that a screen reader announces."""

    role: str
    name: str
    description: str
    level: int


def accessibility_tree(page: Page) -> list[Node]:
    """All such elements of ``page``, in order."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [_node(node) for node in nodes if not node["ignored"]]


def nameless(nodes: list[Node]) -> list[Node]:
    """Controls and regions without a name."""
    return [node for node in nodes if node.role in NAMED and not node.name.strip()]


def skipped_levels(nodes: list[Node]) -> list[tuple[int, str]]:
    """Headings that are more than one level below the heading before them."""
    headings = [(node.level, node.name) for node in nodes if node.role == "heading"]
    before = [0, *(level for level, _ in headings)]
    return [heading for last, heading in zip(before, headings, strict=False) if heading[0] > last + 1]


def _node(node: dict[str, Any]) -> Node:
    properties = {item["name"]: item["value"].get("value") for item in node.get("properties", [])}
    return Node(_value(node, "role"), _value(node, "name"), _value(node, "description"), properties.get("level") or 0)


def _value(node: dict[str, Any], key: str) -> str:
    return str(node.get(key, {}).get("value", ""))
