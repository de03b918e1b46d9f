"""Finds the real address of images that a plugin loads lazily, with a placeholder in ``src``."""

import re

from blog.markup.dom import Element

LAZY = ("data-src", "data-lazy-src", "data-original")
SETS = ("srcset", "data-srcset")
CANDIDATE = re.compile(r"([^\t\n\f\r ,][^\t\n\f\r ]*)(?:(?<=,)|([^,(]*(?:\([^)]*\)?[^,(]*)*))")
"""An image in a ``srcset``: https://html.spec.whatwg.org/#parse-a-srcset-attribute. Its address ends before a space.
If it ends with commas, they are not part of it and no descriptors follow; else they reach to a comma outside brackets.
"""


def load_at_once(image: Element) -> Element:
    """Put the image's real address into ``src``, remove the other attributes that contain it, and return the image."""
    lazy, sets = ([image.attributes.pop(name, "") for name in names] for names in (LAZY, SETS))
    address = next(filter(None, lazy), "") or image.attributes.get("src") or next(filter(None, map(_largest, sets)), "")
    if address:
        image.attributes["src"] = address
    return image


def _largest(candidates: str) -> str:
    """Return the address of the largest image in a ``srcset``."""
    found = [(address.rstrip(","), descriptors.split()) for address, descriptors in CANDIDATE.findall(candidates)]
    sizes = {address: _number(words[0]) if words else 1.0 for address, words in found}
    return max(sizes, key=lambda address: sizes[address], default="")


def _number(descriptor: str) -> float:
    digits = re.match(r"\d{1,6}(?:\.\d{1,3})?", descriptor)
    return float(digits[0]) if digits else 0.0
