"""Shortcodes that no plugin rendered: https://codex.wordpress.org/Shortcode_API.

Square brackets are ordinary punctuation, so a text is taken for a shortcode only where it cannot well be anything else:
it has attributes (``[vc_row width="1/2"]``), or the document both opens and closes it (``[fancy]…[/fancy]``), or it is
one of the two of WordPress's own that stand by themselves. ``[sic]``, ``[1]``, ``[see below]``, ``[video]`` and a mere
``[/rant]`` stay; and so does what has two brackets on either side, by which WordPress shows a shortcode as it is.
"""

import re
from collections.abc import Set as AbstractSet

NAME = r"[a-z][a-z0-9_-]{1,40}"
VALUE = (
    r"(?:\"[^\"\[\]]{0,300}\"|'[^'\[\]]{0,300}'|[“”″„][^“”″„\[\]]{0,300}[“”″„]|[‘’′‚][^‘’′‚\[\]]{0,300}[‘’′‚]"
    r"|[^\s\[\]\"'“”″„‘’′‚]{1,100})"
)
OPENING = re.compile(rf"(?<!\[)\[({NAME})((?:\s+[\w-]{{1,40}}={VALUE}){{0,30}})\s*/?\](?!\])")
CLOSING = re.compile(rf"(?<!\[)\[/({NAME})\](?!\])")
EMBEDDED = re.compile(r"\[embed(?:\s[^\[\]]{0,300})?\]\s*(https?://[^\s\[\]<>\"]{1,2000})\s*\[/embed\]")
"""An address that was to become a player: its only group."""
ALONE = frozenset({"gallery", "playlist"})


def paired_names(text: str) -> frozenset[str]:
    """The names of the shortcodes that are both opened and closed somewhere in ``text``."""
    return frozenset(CLOSING.findall(text)) & {found[1] for found in OPENING.finditer(text)}


def without_shortcodes(text: str, paired: AbstractSet[str]) -> tuple[str, int]:
    """``text`` without shortcodes, of which those named in ``paired`` have an end, and how many there were.

    What stands between the beginning and the end of one stays.
    """
    removed = 0

    def opening(found: re.Match[str]) -> str:
        nonlocal removed
        if not found[2] and found[1] not in paired | ALONE:
            return found[0]
        removed += 1
        return ""

    text = OPENING.sub(opening, text)
    return CLOSING.sub(lambda found: "" if found[1] in paired else found[0], text), removed
