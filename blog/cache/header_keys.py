"""How a cache key is spelled in response headers, where shared caches in front of the blog read it.

Fastly and Cloudflare take printable ASCII of at most 1024 characters; Cloudflare and Varnish's xkey split at spaces and
commas; a Varnish ban is a regular expression. A header key therefore has only letters, digits, ``-``, ``_``, ``/``,
``%`` and ``~``, which have no special meaning in any of them.
"""

from hashlib import sha256
from urllib.parse import quote

MAX_CHARACTERS = 200
"""The most characters of one key, so that many fit into a header. A longer one ends in a hash."""


def header_key(key: str) -> str:
    """The spelling of ``key`` in a header; different keys never get the same one."""
    spelled = quote(key, safe="/").replace(".", "%2E").replace("~", "%7E")
    if len(spelled) <= MAX_CHARACTERS:
        return spelled
    return f"{spelled[:100]}~{sha256(key.encode()).hexdigest()[:32]}"
