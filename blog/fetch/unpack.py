"""Reads a response body and decompresses gzip, with a limit on the compressed and the decompressed size.

The client asks only for gzip, so any other ``Content-Encoding`` is refused. Nested encodings (RFC 9110, section 8.4)
are refused too, because each layer can multiply the size by a thousand.
"""

import zlib
from collections.abc import Iterable, Iterator

GZIP = zlib.MAX_WBITS | 16
PLAIN = frozenset({"", "identity"})
# RFC 9110, section 8.4.1.3: “x-gzip” means the same as “gzip”.
PACKED = frozenset({"gzip", "x-gzip"})


class CannotUnpack(Exception):
    """The body uses an encoding that the client did not ask for, or is damaged; the message says which."""


class BodyTooLarge(Exception):
    """The body is larger than the limit, compressed or decompressed."""


def read_body(chunks: Iterable[bytes], encoding: str, size: int) -> bytes:
    """Return the decompressed body of at most ``size`` bytes. Uses at most about twice as much memory.

    :raises CannotUnpack: ``encoding`` is neither gzip nor empty, or the data is not complete gzip.
    :raises BodyTooLarge: the body is larger than ``size``.
    """
    encoding = encoding.strip().lower()
    if encoding not in PLAIN | PACKED:
        raise CannotUnpack(f"is compressed as “{encoding[:40]}”, although only gzip was requested")
    pieces = _bounded(chunks, size)
    body = bytearray()
    for piece in _unpacked(pieces, size) if encoding in PACKED else pieces:
        body += piece
        if len(body) > size:
            raise BodyTooLarge
    return bytes(body)


def _bounded(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Pass on ``chunks``, up to ``size`` bytes in total. Compressed data can be large and decompress to nothing."""
    count = 0
    for chunk in chunks:
        count += len(chunk)
        if count > size:
            raise BodyTooLarge
        yield chunk


def _unpacked(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield the decompressed data of one or more gzip members in sequence (RFC 1952, section 2.2)."""
    member, is_empty = zlib.decompressobj(GZIP), True
    for chunk in chunks:
        rest = chunk
        while rest:
            if member.eof:
                member = zlib.decompressobj(GZIP)
            try:
                # One byte above the limit is enough for read_body() to refuse the body, so no bomb fills the memory.
                yield member.decompress(rest, size + 1)
            except zlib.error as error:
                raise CannotUnpack("sent data that cannot be unpacked") from error
            # Either data that did not fit into the limit, or the beginning of the next member.
            rest, is_empty = member.unconsumed_tail or member.unused_data, False
    # An empty body is accepted although it is not complete gzip: it has nothing to unpack.
    if not member.eof and not is_empty:
        raise CannotUnpack("sent only a part of its compressed data")
