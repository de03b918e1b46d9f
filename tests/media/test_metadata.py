"""Removing metadata: everything but the picture is removed, and no pixel changes."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from blog.media.inspect import NotAnImage, examine
from tests.media.test_inspect import exif
from tests.support.files import SIZE, decoded, picture

SECRET = b"taken at Ada's house"


def png_chunk(name: bytes) -> bytes:
    return struct.pack(">I", len(SECRET)) + name + SECRET + struct.pack(">I", zlib.crc32(name + SECRET))


def jpeg_segment(marker: int, beginning: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(beginning + SECRET)) + beginning + SECRET


def with_chunk(webp: bytes, name: bytes) -> bytes:
    chunks = webp[8:] + name + struct.pack("<I", len(SECRET)) + SECRET
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def with_extension(gif: bytes, label: bytes) -> bytes:
    return gif[:-1] + b"\x21" + label + bytes((len(SECRET),)) + SECRET + b"\0" + gif[-1:]


def with_text(kind: str, place: str) -> bytes:
    data = picture(kind)
    match kind:
        case "png":
            return data[:33] + png_chunk(place.encode()) + data[33:]
        case "jpg":
            return data[:2] + jpeg_segment(int(place, 16), b"JUMBF\0") + data[2:]
        case "webp":
            return with_chunk(data, place.encode())
        case _:
            return with_extension(data, bytes.fromhex(place))


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        *(("png", name) for name in ("tEXt", "eXIf", "caBX", "tIME", "prVt")),
        *(("jpg", marker) for marker in ("e1", "e2", "eb", "ed", "ef", "fe")),
        *(("webp", name) for name in ("EXIF", "XMP ", "C2PA")),
        *(("gif", label) for label in ("fe", "01", "ff0b584d502044617461584d50")),
    ],
)
def test_metadata_is_removed_and_the_pixels_stay(kind: str, place: str) -> None:
    data = with_text(kind, place)
    assert SECRET in data
    assert examine(data).data == picture(kind)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "gif"])
def test_data_after_the_end_of_a_picture_is_removed(kind: str) -> None:
    assert examine(picture(kind) + SECRET).data == picture(kind)


def test_data_after_the_end_of_an_avif_is_removed() -> None:
    kept = examine(picture("avif") + struct.pack(">I4s", 8 + len(SECRET), b"uuid") + SECRET)
    assert SECRET not in kept.data
    assert (kept.width, kept.height) == SIZE


@pytest.mark.parametrize("turned", [1, 6])
def test_only_the_first_part_of_a_phone_s_picture_is_kept(turned: int) -> None:
    out = BytesIO()
    depth = Image.new("RGB", (60, 40))
    decoded(picture("png", (60, 40))).save(out, "MPO", save_all=True, append_images=[depth], exif=exif(turned))
    kept = examine(out.getvalue())
    assert kept.type == "jpg"
    assert decoded(kept.data).format == "JPEG"
    assert (kept.width, kept.height) == ((40, 60) if turned == 6 else (60, 40))
    assert b"A camera" not in kept.data


def moving(kind: str, **options: Any) -> bytes:  # noqa: ANN401 - as Pillow takes them
    frames = []
    for place in range(4):
        frame = Image.new("RGBA", (20, 10))
        frame.paste((60 * place, 90, 200, 255), (4 * place, 0, 4 * place + 4, 10))
        frames.append(frame)
    out = BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=[90, 50, 50, 70], **options)
    return out.getvalue()


def frames_of(data: bytes) -> list[tuple[bytes, int]]:
    image = Image.open(BytesIO(data))
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append((image.convert("RGBA").tobytes(), int(image.info["duration"])))
    return frames


@pytest.mark.parametrize(
    ("kind", "metadata"),
    [("GIF", {"comment": SECRET, "disposal": 2}), ("WEBP", {"exif": exif()}), ("PNG", {"exif": exif()})],
)
@pytest.mark.parametrize("loop", [{}, {"loop": 0}, {"loop": 3}])
def test_every_frame_of_an_animation_stays(kind: str, metadata: dict[str, Any], loop: dict[str, int]) -> None:
    data = moving(kind, **metadata, **loop)
    kept = examine(data).data
    assert len(kept) < len(data)
    assert frames_of(kept) == frames_of(data)
    assert Image.open(BytesIO(kept)).info.get("loop") == Image.open(BytesIO(data)).info.get("loop")


def test_a_lossless_picture_stays_lossless() -> None:
    image = picture("webp", (60, 40), lossless=True, icc_profile=b"a profile " * 40, exif=exif(3))
    assert b"VP8L" in examine(image).data
    sixteen = BytesIO()
    Image.new("I;16", (60, 40), 40_000).save(sixteen, "PNG", exif=exif())
    assert decoded(examine(sixteen.getvalue()).data).getpixel((0, 0)) == 40_000


@pytest.mark.parametrize("orientation", [0, 9, 1_000])
def test_an_invalid_orientation_rotates_nothing(orientation: int) -> None:
    kept = examine(picture("jpg", (60, 40), exif=exif(orientation)))
    assert kept.data == picture("jpg", (60, 40))


def gif(screen: tuple[int, int], frames: list[tuple[int, int]]) -> bytes:
    """A GIF with a few bytes per frame that claims sizes."""
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0) + bytes(6)
    frame = b"\x02\x02\x44\x01\x00"
    return head + b"".join(b"\x2c" + struct.pack("<HHHHB", 0, 0, *size, 0) + frame for size in frames) + b"\x3b"


def test_a_frame_outside_the_picture_counts_too() -> None:
    with pytest.raises(NotAnImage, match="60000 × 2900"):
        examine(gif((1, 1), [(1, 1), (60_000, 2_900)]))


def test_too_many_frames_are_refused() -> None:
    with pytest.raises(NotAnImage, match="frames"):
        examine(gif((1, 1), [(1, 1)] * 6_000))


def test_an_svg_that_no_browser_draws_is_refused() -> None:
    with pytest.raises(NotAnImage, match="namespace"):
        examine(b"<svg ></svg>")


WHOLE = [picture(kind, (30, 20), exif=exif(6)) for kind in ("png", "jpg", "webp", "avif")] + [
    moving(kind) for kind in ("GIF", "WEBP", "PNG", "AVIF")
]


@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=4)), max_size=6))
def test_a_damaged_file_loses_only_the_image(data: bytes, changes: list[tuple[int, bytes]]) -> None:
    for place, written in changes:
        data = data[:place] + written + data[place + 2 :]
    try:
        kept = examine(data)
    except NotAnImage:
        return
    assert decoded(kept.data).size == (kept.width, kept.height)
