"""How deep HTML nests, estimated before anything parses it.

A parser that follows the standard takes time quadratic in the depth of some elements: half a megabyte of ``<div>``
costs minutes. No article nests a tenth as deep as is allowed here. Where tags are written so that their depth cannot be
told from counting them, a process that can be stopped tries what the parser makes of them.
"""

import re
import subprocess
import sys
from collections import Counter

MAX_DEPTH = 100
"""Elements open at once; beyond that, it is an accident or an attack."""

MAX_TAGS = 10_000
"""Tags that cost a parser a second at most, however they nest. An article that has more is tried first."""
TRIAL = "import sys, nh3; nh3.clean(sys.stdin.buffer.read().decode())"
TRIAL_SECONDS = 10

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

    :raises TooDeep: more than ``MAX_DEPTH`` elements are open at once, or a parser does not come to an end.
    """
    still_open: Counter[str] = Counter()
    depth = 0
    tags = TAG.findall(html)
    for close, written in tags:
        name = written.lower()
        if name in ENDS_BY_ITSELF or (close and not still_open[name]):
            continue
        step = -1 if close else 1
        still_open[name] += step
        depth += step
        if depth > MAX_DEPTH:
            raise TooDeep(f"more than {MAX_DEPTH} elements are nested in one another")
    if len(tags) > MAX_TAGS:
        _try_to_parse(html)


def _try_to_parse(html: str) -> None:
    data = html.encode(errors="replace")
    try:
        # Our own program; what comes from outside is its input alone.
        subprocess.run([sys.executable, "-I", "-c", TRIAL], input=data, timeout=TRIAL_SECONDS, check=True)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise TooDeep(f"its elements take more than {TRIAL_SECONDS} seconds to tell apart") from error
