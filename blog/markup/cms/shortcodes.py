"""Removes unrendered shortcodes (https://codex.wordpress.org/Shortcode_API).

Square brackets are ordinary punctuation, so only text that is almost certainly a shortcode is removed: it has
attributes (``[vc_row width="1/2"]``), or the document both opens and closes it (``[fancy]…[/fancy]``), or its name is
in ``ALONE``. ``[sic]``, ``[1]``, ``[see below]``, ``[video]`` and a single ``[/rant]`` stay. So do shortcodes in double
brackets, with which WordPress shows a shortcode instead of running it.
"""

import re
from collections.abc import Set as AbstractSet

NAME = r"[a-z][a-z0-9_-]{1,40}"
# WordPress turns the straight quotation marks of unknown shortcodes into typographic ones, which differ by language.
VALUE = (
    r"(?:\"[^\"\[\]]{0,300}\"|'[^'\[\]]{0,300}'|[“”″„][^“”″„\[\]]{0,300}[“”″„]|[‘’′‚][^‘’′‚\[\]]{0,300}[‘’′‚]"
    r"|[^\s\[\]\"'“”″„‘’′‚]{1,100})"
)
OPENING = re.compile(rf"(?<!\[)\[({NAME})((?:\s+[\w-]{{1,40}}={VALUE}){{0,30}})\s*/?\](?!\])")
CLOSING = re.compile(rf"(?<!\[)\[/({NAME})\](?!\])")
EMBEDDED = re.compile(r"\[embed(?:\s[^\[\]]{0,300})?\]\s*(https?://[^\s\[\]<>\"]{1,2000})\s*\[/embed\]")
"""Matches WordPress's shortcode for an embedded player; its only group is the address."""
ALONE = frozenset({"gallery", "playlist"})
"""WordPress's own shortcodes that are used without attributes and without an end."""


def paired_names(text: str) -> frozenset[str]:
    """Return the names of the shortcodes that are both opened and closed somewhere in ``text``."""
    return frozenset(CLOSING.findall(text)) & {found[1] for found in OPENING.finditer(text)}


def without_shortcodes(text: str, paired: AbstractSet[str]) -> tuple[str, int]:
    """Return ``text`` without shortcodes, and how many were removed; ``paired`` are the names that have an end.

    The text between the beginning and the end of a shortcode stays.
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
