"""Pictures are recognised by their bytes, checked, limited, rotated, and freed of metadata."""

import struct
import zlib
from contextlib import nullcontext
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from blog.media import inspect
from blog.media.inspect import NotAnImage, examine, image_type
from tests.support.files import IMAGES, SIZE, decoded, picture

BERLIN = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
GPS = 0x8825
ORIENTATION = 0x0112
RASTER = ["png", "jpg", "webp", "avif"]


def exif(orientation: int = 1) -> bytes:
    metadata = Image.Exif()
    metadata[ORIENTATION] = orientation
    metadata[0x010F] = "A camera"
    metadata.get_ifd(GPS).update(BERLIN)
    return metadata.tobytes()


@pytest.mark.parametrize("kind", IMAGES)
def test_an_image_is_recognised_by_its_first_bytes(kind: str) -> None:
    assert image_type(IMAGES[kind]) == kind


@pytest.mark.parametrize("kind", IMAGES)
def test_a_picture_without_metadata_stays_as_it_is(kind: str) -> None:
    kept = examine(IMAGES[kind])
    assert (kept.data, kept.type, (kept.width, kept.height)) == (IMAGES[kind], kind, SIZE)


@pytest.mark.parametrize(
    "data", [b"", b"<html><svg></svg>", b"GIF", b"\x00\x00\x00\x1cftypisom", b"PK\x03\x04", b"<?xml"]
)
def test_a_file_that_is_not_an_image_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnImage, match="it is not a PNG"):
        examine(data)


@pytest.mark.parametrize("kind", RASTER)
def test_the_place_where_a_picture_was_taken_is_removed(kind: str) -> None:
    data = picture(kind, (60, 40), exif=exif())
    assert decoded(data).getexif().get_ifd(GPS), "it is there to be taken out"
    kept = decoded(examine(data).data)
    assert not kept.getexif()
    assert not {"exif", "xmp", "comment"} & kept.info.keys()
    assert b"A camera" not in examine(data).data


@pytest.mark.parametrize("kind", RASTER)
def test_a_picture_stands_upright_when_its_metadata_is_gone(kind: str) -> None:
    kept = examine(picture(kind, (60, 40), exif=exif(orientation=6)))
    assert (kept.width, kept.height) == (40, 60)
    image = decoded(kept.data).convert("RGB")
    assert image.size == (40, 60)
    red, blue = image.crop((35, 5, 36, 6)).tobytes()[::2]
    assert blue > red, "turned to the right, the blue quarter is on the upper right"


def test_text_metadata_is_removed() -> None:
    metadata = PngInfo()
    metadata.add_text("Author", "Ada Byron")
    metadata.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Ada Byron</x:xmpmeta>")
    png = examine(picture("png", pnginfo=metadata))
    jpg = examine(picture("jpg", comment=b"by Ada Byron", xmp=b"<x:xmpmeta>Ada Byron</x:xmpmeta>"))
    webp = examine(picture("webp", xmp=b"<x:xmpmeta>Ada Byron</x:xmpmeta>"))
    gif = examine(picture("gif", comment=b"by Ada Byron"))
    for kept in (png, jpg, webp, gif):
        assert b"Ada Byron" not in kept.data
        assert (kept.width, kept.height) == SIZE


def test_colours_stay_what_they_are() -> None:
    profile = b"an ICC profile as its maker wrote it" * 10
    kept = decoded(examine(picture("jpg", (60, 40), icc_profile=profile, exif=exif())).data)
    assert kept.info["icc_profile"] == profile
    lossless = examine(picture("webp", (60, 40), lossless=True, exif=exif())).data
    assert b"VP8L" in lossless[:64]
    assert decoded(lossless).convert("RGB").getpixel((0, 0)) == (30, 30, 200)


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_an_animation_stays_animated(kind: str) -> None:
    frames = [Image.new("RGB", (20, 10), (shade, 0, 0)) for shade in (0, 120, 240)]
    out = BytesIO()
    options = {"comment": b"by Ada Byron"} if kind == "gif" else {"exif": exif()}
    frames[0].save(
        out, kind.upper(), save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=2, **options
    )
    kept = Image.open(BytesIO(examine(out.getvalue()).data))
    durations = []
    for number in range(getattr(kept, "n_frames", 1)):
        kept.seek(number)
        kept.load()
        durations.append(int(kept.info["duration"]))
    assert durations == [100, 200, 300]
    assert kept.info["loop"] == 2
    assert b"Ada Byron" not in examine(out.getvalue()).data


@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "webp", "avif"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    data = picture(kind, (200, 200))
    with pytest.raises(NotAnImage, match="damaged"):
        examine(data[: len(data) * 2 // 3])


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims a size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_000, 10_000), (8_000, 6_000), (1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_unpacking(width: int, height: int) -> None:
    with pytest.raises(NotAnImage, match="pixels"):
        examine(bomb(width, height))


@pytest.mark.parametrize(("count", "is_taken"), [(10, True), (11, False)])
def test_the_pixels_of_all_frames_count_together(monkeypatch: pytest.MonkeyPatch, count: int, is_taken: bool) -> None:
    monkeypatch.setattr(inspect, "MAX_PIXELS_OF_ANIMATION", 1_000)
    frames = [Image.new("RGB", (10, 10), (20 * number, 0, 0)) for number in range(count)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with nullcontext() if is_taken else pytest.raises(NotAnImage, match="frames"):
        assert examine(out.getvalue()).type == "gif"


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="120" height="80"', (120, 80)),
        ('width="120px" height="80.4"', (120, 80)),
        ('viewBox="0 0 300 200"', (300, 200)),
        ('viewBox="0,0,300,200" width="100%"', (300, 200)),
        ('width="10em" height="5em"', (None, None)),
        ('viewBox="0 0 0 0"', (None, None)),
        ("", (None, None)),
    ],
)
def test_the_size_of_an_svg_is_read(attributes: str, size: tuple[int | None, int | None]) -> None:
    kept = examine(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}></svg>'.encode())
    assert (kept.width, kept.height) == size


@pytest.mark.parametrize(
    ("drawing", "why"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "not a PNG|entities"),
        (b'<?xml version="1.0"?><svg><!DOCTYPE svg [<!ENTITY a "aaaa">]></svg>', "entities"),
        (b"<svg><g></svg>", "well-formed"),
        (b"<svg>" + b"<g/>" * 300_000 + b"</svg>", "larger than 1 MB"),
        (b'<?xml version="1.0" encoding="nonsense"?><svg ></svg>', "well-formed"),
    ],
)
def test_an_unsafe_svg_is_refused(drawing: bytes, why: str) -> None:
    with pytest.raises(NotAnImage, match=why):
        examine(drawing)
