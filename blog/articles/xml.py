"""Builds XML from elements, so that everything is escaped.

Names are written exactly as given, with their prefix. The root element declares the prefixes with ``xmlns`` attributes.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

LAST_OF_EACH_PLANE = "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
UNWRITABLE = re.compile(
    rf"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]|[{LAST_OF_EACH_PLANE}]"
)
"""Characters that XML 1.0 forbids, even as a reference, or discourages (https://www.w3.org/TR/xml/#charsets)."""


def element(name: str, attributes: Mapping[str, str] | None = None) -> ET.Element:
    """Create an element without a parent."""
    return ET.Element(name, {key: writable(value) for key, value in (attributes or {}).items()})


def add(parent: ET.Element, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> ET.Element:
    """Append a new child to ``parent`` and return the child."""
    child = element(name, attributes)
    child.text = writable(text) or None
    parent.append(child)
    return child


def to_bytes(root: ET.Element, stylesheet: str | None = None) -> bytes:
    """Return the document in UTF-8; browsers style it with the CSS at ``stylesheet``, if given.

    See https://www.w3.org/TR/xml-stylesheet/.
    """
    # ElementTree writes no XML declaration for UTF-8.
    head = [b'<?xml version="1.0" encoding="utf-8"?>']
    if stylesheet is not None:
        head.append(ET.tostring(ET.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{stylesheet}"')))
    return b"\n".join([*head, ET.tostring(root, "utf-8"), b""])


def timestamp(time: datetime) -> str:
    """Format ``time`` as in RFC 3339, in UTC, without fractions of a second."""
    # Not strftime(), which writes years before 1000 with fewer than four digits.
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def writable(text: str) -> str:
    """Return ``text`` without the characters that XML cannot hold."""
    return UNWRITABLE.sub("", text)
