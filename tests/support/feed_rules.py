"""The rules of the W3C's feed validator (https://validator.w3.org/feed/docs/atom.html) that our feeds could break."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
XHTML = "{http://www.w3.org/1999/xhtml}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TAG_URI = re.compile(r"tag:[a-z0-9]([a-z0-9.-]*[a-z0-9])?,\d{4}(-\d\d(-\d\d)?)?:[\w/;?:@&=+$.!~*'()%,#-]*")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
DISCOURAGED = re.compile("[\x7f-\x9f\ufdd0-\ufdef]")
SCHEMES = {"http", "https", "mailto"}


def faults(feed: bytes, address: str) -> list[str]:
    """All faults of the Atom feed found at ``address``."""
    root = ET.fromstring(feed)  # noqa: S314 - of our own making
    return [*_feed_faults(root, address), *_text_faults(root)] + [
        fault for entry in root.findall(f"{ATOM}entry") for fault in _entry_faults(entry)
    ]


def _feed_faults(root: ET.Element, address: str) -> Iterator[str]:
    if root.tag != f"{ATOM}feed":
        yield f"the root is {root.tag}"
    if not re.fullmatch(r"[a-z]{2,3}(-\w+)*", root.get(LANG, "")):
        yield "xml:lang is missing"
    yield from _missing(root, "id", "title", "updated")
    if [link.get("href") for link in root.findall(f"{ATOM}link[@rel='self']")] != [address]:
        yield "the link to itself is wrong"
    if root.find(f"{ATOM}author") is None:
        yield "the feed has no author"
    ids = Counter(element.text or "" for element in root.iter(f"{ATOM}id"))
    yield from (f"{id_} occurs {count} times" for id_, count in ids.items() if count > 1)
    yield from (f"{id_} is no tag URI" for id_ in ids if not TAG_URI.fullmatch(id_))


def _entry_faults(entry: ET.Element) -> Iterator[str]:
    yield from _missing(entry, "id", "title", "updated", "content", "published")
    if len(entry.findall(f"{ATOM}link[@rel='alternate']")) != 1:
        yield "an entry needs one link to its page"
    content = entry.find(f"{ATOM}content")
    if content is None or content.get("type") != "html" or len(content):
        yield "content is no escaped HTML"
    else:
        yield from _Html.faults(content.text or "")
    for summary in entry.findall(f"{ATOM}summary[@type='xhtml']"):
        if [child.tag for child in summary] != [f"{XHTML}div"]:
            yield "a summary in XHTML holds one div"


def _missing(parent: ET.Element, *names: str) -> Iterator[str]:
    for name in names:
        found = parent.findall(f"{ATOM}{name}")
        if len(found) != 1:
            yield f"{parent.tag} has {len(found)} {name}"
        if name in {"id", "updated", "title"} and not all((element.text or "").strip() for element in found):
            yield f"{name} is empty"


def _text_faults(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        text = element.text or ""
        if DISCOURAGED.search("".join([text, *element.attrib.values()])):
            yield f"{element.tag} holds a character that it should not"
        if element.tag in {f"{ATOM}updated", f"{ATOM}published"} and not _is_time(text):
            yield f"{text} is not a time of RFC 3339"
        references = [element.get("href"), text if element.tag in {f"{ATOM}uri", f"{ATOM}icon"} else None]
        yield from (f"{given} is relative" for given in references if given is not None and not _is_full(given))


def _is_time(text: str) -> bool:
    return TIME.fullmatch(text) is not None and datetime.fromisoformat(text) <= datetime.now(UTC) + timedelta(days=1)


def _is_full(reference: str) -> bool:
    parts = urlsplit(reference)
    return parts.scheme in SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


class _Html(HTMLParser):
    """Finds relative references, and tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @classmethod
    def faults(cls, html: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        parser.close()
        return parser.found

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            given = [value or ""] if name in {"href", "src"} else []
            given += [candidate.split()[0] for candidate in (value or "").split(",")] if name == "srcset" else []
            self.found += [f"{name} {reference} is relative" for reference in given if not _is_full(reference)]
            if name == "style" or name.startswith("on"):
                self.found.append(f"{name} has no place in a feed")
