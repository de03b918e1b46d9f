"""Encodes cache keys for response headers, where shared caches in front of the blog read them.

Fastly and Cloudflare take printable ASCII of at most 1024 characters; Cloudflare and Varnish's xkey split at spaces and
commas; a Varnish ban is a regular expression. A header key therefore has only letters, digits, ``-``, ``_``, ``/``,
``%`` and ``~``, which have no special meaning in any of them.
"""

from hashlib import sha256
from urllib.parse import quote

MAX_CHARACTERS = 200
"""Longer keys are cut and end in a hash, so that many keys fit into a header."""


def header_key(key: str) -> str:
    """Encode ``key`` for a header; different keys have different encodings."""
    # quote() keeps both signs. A dot would match any character in a Varnish ban, and ~ marks a key that was cut.
    spelled = quote(key, safe="/").replace(".", "%2E").replace("~", "%7E")
    if len(spelled) <= MAX_CHARACTERS:
        return spelled
    return f"{spelled[:100]}~{sha256(key.encode()).hexdigest()[:32]}"
