"""Reading a response body, unpacking gzip as it arrives, within a bound on both sides of the packing.

We ask for gzip alone, so any other ``Content-Encoding`` is refused, and so is one coding inside another (RFC 9110,
section 8.4): each layer can multiply the size by a thousand.
"""

import zlib
from collections.abc import Iterable, Iterator

GZIP = zlib.MAX_WBITS | 16
PLAIN = frozenset({"", "identity"})
PACKED = frozenset({"gzip", "x-gzip"})


class CannotUnpack(Exception):
    """The body uses a coding that we did not ask for, or is damaged. The text says which."""


class BodyTooLarge(Exception):
    """The body is larger than allowed, packed or unpacked."""


def read_body(chunks: Iterable[bytes], encoding: str, size: int) -> bytes:
    """The unpacked body of at most ``size`` bytes. No more than about twice as much is ever held in memory.

    :raises CannotUnpack: ``encoding`` is neither gzip nor empty, or the data is not complete gzip.
    :raises BodyTooLarge: it is larger.
    """
    encoding = encoding.strip().lower()
    if encoding not in PLAIN | PACKED:
        raise CannotUnpack(f"is packed as “{encoding[:40]}”, although only gzip was asked for")
    pieces = _bounded(chunks, size)
    body = bytearray()
    for piece in _unpacked(pieces, size) if encoding in PACKED else pieces:
        body += piece
        if len(body) > size:
            raise BodyTooLarge
    return bytes(body)


def _bounded(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """``chunks``, until they are more than ``size``: gzip can also be packed data that unpacks to nothing."""
    count = 0
    for chunk in chunks:
        count += len(chunk)
        if count > size:
            raise BodyTooLarge
        yield chunk


def _unpacked(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The data of one or more gzip members, one after another (RFC 1952, section 2.2)."""
    member, is_empty = zlib.decompressobj(GZIP), True
    for chunk in chunks:
        rest = chunk
        while rest:
            if member.eof:
                member = zlib.decompressobj(GZIP)
            try:
                yield member.decompress(rest, size + 1)
            except zlib.error as error:
                raise CannotUnpack("sent what cannot be unpacked") from error
            rest, is_empty = member.unconsumed_tail or member.unused_data, False
    if not member.eof and not is_empty:
        raise CannotUnpack("sent only a part of its packed data")
