"""Finds what people read on a page: its text, and attributes that are shown or read aloud."""

import json
import re
from html.parser import HTMLParser
from typing import Any

from tests.support.outline import VOID

READ_ATTRIBUTES = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "placeholder",
    "title",
}
READ_METADATA = {"description", "og:title", "og:description", "og:image:alt", "og:site_name", "twitter:title"}
NOT_WORDS = {"code", "kbd", "pre", "script", "style", "template"}
MESSAGE = re.compile(r"⟦[^⟦⟧]*⟧")
SEPARATOR = " \N{BULLET} "


class Words(HTMLParser):
    """The texts of a page. ``flow`` is the text between tags; the other parts stand alone."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.flow: list[str] = []
        self.others: list[str] = []
        self._around: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._around.append("json" if values.get("type") == "application/ld+json" else tag)
        self.others += [value for name, value in values.items() if name in READ_ATTRIBUTES or _is_data(name, value)]
        if tag == "meta" and (values.get("name") or values.get("property")) in READ_METADATA:
            self.others.append(values["content"])
        if tag in {"button", "input"} and values.get("type") in {"submit", "button", "reset"} and tag == "input":
            self.others.append(values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self._around and self._around.pop() not in {tag, "json"}:
            pass

    def handle_data(self, data: str) -> None:
        if "json" in self._around:
            self.others += _names(json.loads(data))
        elif not NOT_WORDS & set(self._around):
            self.flow.append(data)


def _is_data(name: str, value: str) -> bool:
    """Whether an attribute has words for a script; an address on this site has none."""
    return name.startswith("data-") and not value.startswith("/")


def _names(data: Any) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    """The names in a JSON-LD object."""
    if isinstance(data, list):
        return [name for item in data for name in _names(item)]
    if not isinstance(data, dict):
        return []
    own = [data[key] for key in ("name", "headline", "description") if key in data]
    return own + [name for value in data.values() for name in _names(value)]


def untranslated(html: str, own: set[str]) -> list[str]:
    """The words of a page in the pseudo-language that are outside messages and not in ``own``, the site's own texts."""
    words = Words(html)
    found = []
    for text in ["".join(words.flow), *words.others]:
        rest = text
        while MESSAGE.search(rest):
            rest = MESSAGE.sub(SEPARATOR, rest)
        for piece in sorted(own, key=len, reverse=True):
            rest = rest.replace(piece, SEPARATOR)
        found += [line.strip() for line in re.split(rf"\n|{SEPARATOR}", rest) if re.search("[A-Za-z⟦⟧]", line)]
    return found
