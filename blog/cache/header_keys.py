"""How a cache key is spelled in a header, where caches in front of the blog read it.

Fastly and Cloudflare take printable ASCII of at most 1024 characters, Cloudflare and Varnish’s xkey split at spaces and
commas, and a ban of Varnish’s is a regular expression. A word has letters, digits, ``-``, ``_``, ``/``, ``%`` and ``~``
alone, none of which means anything to any of them.
"""

from hashlib import sha256
from urllib.parse import quote

MOST_CHARACTERS = 200
"""Of a word, so that many fit into a header. A longer one ends in a hash instead."""


def word(key: str) -> str:
    """The spelling of ``key``: another for every key, and always the same."""
    spelled = quote(key, safe="/").replace(".", "%2E").replace("~", "%7E")
    if len(spelled) <= MOST_CHARACTERS:
        return spelled
    return f"{spelled[:100]}~{sha256(key.encode()).hexdigest()[:32]}"
