"""How deep HTML nests, estimated before anything parses it.

A parser that follows the standard takes time quadratic in the depth of some elements: half a megabyte of ``<div>``
costs minutes. No article nests a tenth as deep as is allowed here.
"""

import re
from collections import Counter

MAX_DEPTH = 100
"""Elements open at once; beyond that, it is an accident or an attack."""

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
ENDS_BY_ITSELF = frozenset(
    # Elements without content, and those whose end tag may be left out: their like, or their parent's end, does it.
    "area base br col embed hr img input link meta param source track wbr colgroup dd dt li optgroup option p rp rt "
    "tbody td tfoot th thead tr "
    # What SVG and MathML leave empty.
    "circle ellipse image line mspace path polygon polyline rect stop use".split()
)


class TooDeep(ValueError):
    """HTML nests deeper than any text needs."""


def check_nesting(html: str) -> None:
    """Refuse what would take a parser too long. It counts tags as they are written, in linear time.

    :raises TooDeep: more than ``MAX_DEPTH`` elements are open at once.
    """
    still_open: Counter[str] = Counter()
    depth = 0
    for close, written in TAG.findall(html):
        name = written.lower()
        if name in ENDS_BY_ITSELF or (close and not still_open[name]):
            continue
        step = -1 if close else 1
        still_open[name] += step
        depth += step
        if depth > MAX_DEPTH:
            raise TooDeep(f"more than {MAX_DEPTH} elements are nested in one another")
