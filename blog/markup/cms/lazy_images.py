"""Pictures that a plugin loads late: it keeps their files elsewhere than in ``src``."""

import re

from blog.markup.tree import Element

LAZY = ("data-src", "data-lazy-src", "data-original")
ATTRIBUTES = frozenset({"srcset", "data-srcset", *LAZY})


def with_source(image: Element) -> Element:
    """A picture that names its file: plugins that load pictures late keep it elsewhere than in ``src``."""
    attributes = image.attributes
    late = next((attributes[name] for name in LAZY if attributes.get(name)), None)
    source = late or attributes.get("src") or _largest(attributes.get("srcset") or attributes.get("data-srcset") or "")
    kept = {name: value for name, value in attributes.items() if name not in ATTRIBUTES}
    return Element("img", kept | ({"src": source} if source else {}))


def _largest(candidates: str) -> str:
    """The largest picture of a ``srcset``: https://html.spec.whatwg.org/#srcset-attributes."""
    found = [(candidate.split(), candidate) for candidate in candidates.split(", ") if candidate.strip()]
    sizes = {words[0]: _number(words[1]) if len(words) > 1 else 1.0 for words, _ in found}
    return max(sizes, key=lambda address: sizes[address], default="").rstrip(",")


def _number(descriptor: str) -> float:
    digits = re.match(r"\d{1,6}(?:\.\d{1,3})?", descriptor)
    return float(digits[0]) if digits else 0.0
