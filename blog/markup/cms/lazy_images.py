"""Finds the real address of images that a plugin loads lazily, with a placeholder in ``src``."""

import re

from blog.markup.dom import Element

LAZY = ("data-src", "data-lazy-src", "data-original")
SETS = ("srcset", "data-srcset")


def load_at_once(image: Element) -> Element:
    """Put the image's real address into ``src``, remove the other attributes that contain it, and return the image."""
    lazy, sets = ([image.attributes.pop(name, "") for name in names] for names in (LAZY, SETS))
    address = next(filter(None, lazy), "") or image.attributes.get("src") or next(filter(None, map(_largest, sets)), "")
    if address:
        image.attributes["src"] = address
    return image


def _largest(candidates: str) -> str:
    """Return the address of the largest image in a ``srcset``: https://html.spec.whatwg.org/#srcset-attributes."""
    # An address may contain commas, so only a comma before a space separates two candidates.
    found = [(candidate.split(), candidate) for candidate in candidates.split(", ") if candidate.strip()]
    sizes = {words[0]: _number(words[1]) if len(words) > 1 else 1.0 for words, _ in found}
    return max(sizes, key=lambda address: sizes[address], default="").rstrip(",")


def _number(descriptor: str) -> float:
    digits = re.match(r"\d{1,6}(?:\.\d{1,3})?", descriptor)
    return float(digits[0]) if digits else 0.0
