"""Traces of recent comments: numbers that find the same text, a similar text, a name or a domain again.

Similar texts share most of their pairs of words. The smallest of the hashes of these pairs is stored in six different
orders (MinHash, Broder 1997): the share of equal ones estimates how similar two texts are. A trace cannot be turned
back into text; all are deleted after 90 days.
"""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import blake2b
from zlib import crc32

from sqlalchemy import delete, func, select, true
from sqlalchemy.orm import Session

from blog.comments.look_alikes import skeleton
from blog.comments.models import Comment, CommentTrace
from blog.comments.signals.text import Text
from blog.database import utc_now, write_transaction
from blog.extensions import db

KEPT = timedelta(days=90)
SAME_WORDS = 4
"""Shorter texts, such as “Thank you very much”, are written by many people."""
NEAR_WORDS = 10
"""Shorter texts have too few pairs of words to be compared."""
GROUP = 2
# Results stay below this, so each of them fits into a BIGINT, which has 63 bits and a sign.
PRIME = (1 << 61) - 1
ORDERS = (
    (0x5851F42D4C957F2D, 0x1405),
    (0x2545F4914F6CDD1D, 0x2C37),
    (0x369DEA0F31A53F85, 0x3F1B),
    (0x27BB2EE687B0B0FD, 0x47A3),
    (0x9E3779B97F4A7C15, 0x5D2B),
    (0xBF58476D1CE4E5B9, 0x6A91),
)
"""Multipliers and addends that put the hashes into independent orders."""


def trace(kind: str, value: str) -> int:
    """A hash of ``value``, as a number of 64 bits."""
    return int.from_bytes(blake2b(f"{kind}\0{value}".encode(), digest_size=8).digest(), signed=True)


def text_traces(text: Text) -> list[int]:
    """The trace of the whole text, then those that find similar texts. A short text has only the first, or none."""
    words = text.words
    whole = [trace("text", " ".join(words))] if len(words) >= SAME_WORDS else []
    return [*whole, *_smallest(words)] if len(words) >= NEAR_WORDS else whole


def _smallest(words: tuple[str, ...]) -> list[int]:
    # A quick hash is enough: where two pairs of words collide, two texts only look a little more alike.
    groups = {crc32(" ".join(words[start : start + GROUP]).encode()) for start in range(len(words) - GROUP + 1)}
    return [
        min((group * factor + addend) % PRIME for group in groups) ^ place
        for place, (factor, addend) in enumerate(ORDERS)
    ]


def name_trace(name: str) -> int:
    """The trace of a name; names that look alike have the same one."""
    return trace("name", skeleton(name))


def domain_trace(domain: str) -> int:
    """The trace of a host that a comment names, or of a parent domain."""
    return trace("domain", domain)


def all_traces(name: str, of_text: Iterable[int], domains: Iterable[str]) -> set[int]:
    """The traces of a comment: of its name, those of its text, and of ``domains``.

    These are the hosts of its links, of the website and of the mail address, with their parent domains.
    """
    return {name_trace(name), *map(domain_trace, domains), *of_text}


def delete_traces(session: Session, comment_id: int) -> None:
    """Delete the traces of a comment, in the transaction of ``session``."""
    session.execute(delete(CommentTrace).where(CommentTrace.comment_id == comment_id))


def prune_traces() -> None:
    """Delete the traces of comments older than 90 days."""
    with write_transaction(db.session()) as session:
        # Traces have no time of their own. Ids grow with time, so the first recent comment is the boundary.
        oldest = session.scalar(select(func.min(Comment.id)).where(Comment.submitted_at >= utc_now() - KEPT))
        # Without a newer comment, all traces are too old.
        is_old = true() if oldest is None else CommentTrace.comment_id < oldest
        session.execute(delete(CommentTrace).where(is_old))
