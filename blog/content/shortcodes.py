"""Shortcodes that no plugin turned into anything: https://codex.wordpress.org/Shortcode_API.

Square brackets are ordinary punctuation, so a text is taken for a shortcode only where it cannot well be anything else:
it has attributes, or it is closed again, or it is one of WordPress's own.
"""

import re
from collections.abc import Set as AbstractSet

NAME = r"[a-z][a-z0-9_-]{1,40}"
VALUE = r"(?:\"[^\"\[\]]{0,300}\"|'[^'\[\]]{0,300}'|[“”″„][^“”″„\[\]]{0,300}[“”″„]|[^\s\[\]\"'“”″„]{1,100})"
WITH_ATTRIBUTES = re.compile(rf"\[({NAME})(?:\s+[\w-]{{1,40}}={VALUE}){{1,30}}\s*/?\]")
CLOSING = re.compile(rf"\[/({NAME})\]")
BARE = re.compile(rf"\[({NAME})\s*/?\]")
OWN = frozenset({"audio", "caption", "embed", "gallery", "playlist", "video"})


def closed_names(text: str) -> frozenset[str]:
    """The names of the shortcodes that are closed somewhere in ``text``."""
    return frozenset(CLOSING.findall(text))


def without_shortcodes(text: str, closed: AbstractSet[str]) -> tuple[str, int]:
    """``text`` without shortcodes, of which those named in ``closed`` have an end somewhere; and how many there were.

    What stands between the beginning and the end of one stays.
    """
    text, attributed = WITH_ATTRIBUTES.subn("", text)
    removed = 0

    def bare(found: re.Match[str]) -> str:
        nonlocal removed
        if found[1] not in closed | OWN:
            return found[0]
        removed += 1
        return ""

    return CLOSING.sub("", BARE.sub(bare, text)), attributed + removed
