"""A small picture for each commenter, made by the blog, so that no other site learns who reads or writes."""

import hmac
from hashlib import sha256

from flask import current_app
from markupsafe import Markup

from blog.config import settings

SIZE = 5
COLOURS = 4
"""How many classes ``identicon--N`` the stylesheet has."""


def identicon(name: str, email: str) -> Markup:
    """An SVG made from the mail address, or from the name without one; empty when identicons are switched off.

    It is made from a keyed hash: without the secret key, nobody can find the address by trying.
    """
    if not settings.identicons:
        return Markup()
    key = str(current_app.secret_key).encode()
    digest = hmac.new(key, f"identicon:{(email or name).casefold()}".encode(), sha256).digest()
    squares = "".join(f"M{x} {y}h1v1h-1z" for y in range(SIZE) for x in range(SIZE) if _is_filled(digest, x, y))
    svg = '<svg class="identicon identicon--{}" viewBox="0 0 5 5" aria-hidden="true"><path d="{}"/></svg>'
    return Markup(svg).format(digest[-1] % COLOURS, squares)  # noqa: S704 - our own markup, a number and a path


def _is_filled(digest: bytes, x: int, y: int) -> bool:
    """Left and right are mirrored: people remember symmetric shapes more easily."""
    return bool(digest[y * SIZE + min(x, SIZE - 1 - x)] & 1)
