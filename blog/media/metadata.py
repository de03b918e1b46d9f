"""Removes metadata from image files without changing any pixel.

Only listed parts of a file are kept, so unknown kinds of metadata and data after the end of the picture are removed
too. The formats: PNG (https://www.w3.org/TR/png-3/), JPEG (ITU-T T.81, annex B), GIF89a
(https://www.w3.org/Graphics/GIF/spec-gif89a.txt) and WebP (RFC 9649).
"""

import re
from collections.abc import Iterator
from struct import pack, unpack_from

PNG_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs acTL fcTL fdAT".split()
)

# Any number of fill bytes FF may come before a marker (ITU-T T.81, B.1.1.2).
JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff])")
# In the data of a scan, FF 00 stands for the byte FF, and FF D0 to FF D7 are restart markers, which belong to it.
JPEG_NEXT_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
JPEG_END, JPEG_SCAN, JPEG_COMMENT = 0xD9, 0xDA, 0xFE
JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
JPEG_APPLICATIONS = range(0xE0, 0xF0)
# The colour profile and Adobe's segment stay, because without them the same pixels are shown in other colours.
JPEG_COLOURS = {0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
JFIF = b"JFIF\0"

GIF_PICTURE, GIF_EXTENSION, GIF_END = 0x2C, 0x21, 0x3B
GIF_CONTROL, GIF_APPLICATION = 0xF9, 0xFF
GIF_APPLICATIONS = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"})
"""Kept application blocks: the loop count of an animation, under two names, and the colour profile."""

WEBP_CHUNKS = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
WEBP_METADATA_FLAGS = 0b1100

AVIF_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"moov"})


def stripped(data: bytes, type_: str) -> bytes:
    """Return a complete PNG, JPEG, GIF or WebP without its metadata.

    :raises ValueError: the file is damaged.
    :raises struct.error: the file is truncated.
    """
    match type_:
        case "png":
            return data[:8] + b"".join(_png_chunks(data))
        case "jpg":
            return data[:2] + b"".join(_jpeg_segments(data))
        case "gif":
            return b"".join(_gif_blocks(data))
        case "webp":
            chunks = b"WEBP" + b"".join(_webp_chunks(data))
            return b"RIFF" + pack("<I", len(chunks)) + chunks
        case _:
            raise ValueError(f"a file of type {type_} cannot be cut")


def is_lossless_webp(data: bytes) -> bool:
    """Whether a WebP without animation is stored losslessly."""
    return any(chunk.startswith(b"VP8L") for chunk in _webp_chunks(data))


def is_plain_avif(data: bytes) -> bool:
    """Whether an AVIF has only the top-level boxes that a picture needs. The content of the boxes is not checked."""
    return AVIF_BOXES.issuperset(_boxes(data))


def _png_chunks(data: bytes) -> Iterator[bytes]:
    place, name = 8, b""
    while place < len(data) and name != b"IEND":
        length, name = unpack_from(">I4s", data, place)
        end = place + 12 + length
        if name in PNG_CHUNKS:
            yield data[place:end]
        place = end


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    place = 2
    while found := JPEG_MARKER.search(data, place):
        marker, place = found[1][0], found.end()
        if marker in JPEG_WITHOUT_LENGTH:
            continue
        if marker == JPEG_END:
            yield b"\xff\xd9"
            return
        end = place + unpack_from(">H", data, place)[0]
        if marker == JPEG_SCAN:
            after = JPEG_NEXT_AFTER_SCAN.search(data, end)
            end = after.start() if after else len(data)
        if segment := _jpeg_segment(marker, data[place:end]):
            yield b"\xff" + bytes((marker,)) + segment
        place = end


def _jpeg_segment(marker: int, segment: bytes) -> bytes:
    """Return the part of a segment to keep, starting with its length. JFIF segments lose only their thumbnail."""
    body = segment[2:]
    # A thumbnail may show what was cut off the picture. The two bytes of zeros say that there is none.
    if marker == JPEG_APPLICATIONS[0] and body.startswith(JFIF):
        return pack(">H", 16) + body[:12].ljust(14, b"\0")
    if marker in JPEG_APPLICATIONS:
        return segment if marker in JPEG_COLOURS and body.startswith(JPEG_COLOURS[marker]) else b""
    return b"" if marker == JPEG_COMMENT else segment


def _gif_blocks(data: bytes) -> Iterator[bytes]:
    place = 13 + _gif_colours(data[10])
    yield data[:place]
    while place < len(data):
        start, kind = place, data[place]
        place += 1
        if kind == GIF_END:
            yield data[start:place]
            return
        if kind == GIF_PICTURE:
            # The image descriptor has 9 bytes, then its colour table follows, and 1 byte with the LZW code size.
            place = _gif_end(data, place + 10 + _gif_colours(unpack_from("B", data, place + 8)[0]))
            yield data[start:place]
        elif kind == GIF_EXTENSION:
            place = _gif_end(data, place + 1)
            if _is_kept_extension(data[start:place]):
                yield data[start:place]


def _gif_colours(flags: int) -> int:
    """Return the size in bytes of the colour table that ``flags`` describe."""
    return 3 * 2 ** ((flags & 0b111) + 1) if flags & 0b1000_0000 else 0


def _gif_end(data: bytes, place: int) -> int:
    """Return the position after a series of sub-blocks. Each begins with its length; a length of 0 ends the series."""
    while length := unpack_from("B", data, place)[0]:
        place += 1 + length
    return place + 1


def _is_kept_extension(block: bytes) -> bool:
    return block[1] == GIF_CONTROL or (block[1] == GIF_APPLICATION and block[3:14] in GIF_APPLICATIONS)


def _webp_chunks(data: bytes) -> Iterator[bytes]:
    place, end = 12, min(len(data), 8 + unpack_from("<4xI", data)[0])
    while place < end:
        name, length = unpack_from("<4sI", data, place)
        # RIFF adds a byte after a chunk of odd length.
        after = place + 8 + length + length % 2
        if name == b"VP8X":
            # The flags must say which chunks the file has (RFC 9649, section 2.7), and two of these are removed.
            flags = data[place + 8] & ~WEBP_METADATA_FLAGS
            yield data[place : place + 8] + bytes((flags,)) + data[place + 9 : after]
        elif name in WEBP_CHUNKS:
            yield data[place:after]
        place = after


def _boxes(data: bytes) -> Iterator[bytes]:
    """Yield the names of the top-level boxes of a file (ISO/IEC 14496-12, 4.2)."""
    place = 0
    while place < len(data):
        length, name = unpack_from(">I4s", data, place)
        yield name
        # A length of 0 means up to the end of the file, and 1 that the length follows in 64 bits. max() skips at least
        # the header, since otherwise a wrong length could make the loop endless.
        match length:
            case 0:
                return
            case 1:
                place += max(16, unpack_from(">Q", data, place + 8)[0])
            case _:
                place += max(8, length)
