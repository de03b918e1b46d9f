"""Copies of a picture are narrower, smaller files, and look the same."""

from io import BytesIO

import pytest
from PIL import Image

from blog.markup import image_widths
from blog.media import renditions
from blog.media.inspect import Picture, examine
from blog.media.renditions import MAX_PIXELS
from tests.support.files import IMAGES, decoded, photograph

RASTER = ["jpg", "png", "webp", "avif", "gif"]


def saved(image: Image.Image, kind: str, **options: object) -> Picture:
    out = BytesIO()
    image.save(out, kind, **options)
    return examine(out.getvalue())


def detail(mode: str, size: tuple[int, int] = (700, 100)) -> Image.Image:
    return decoded(photograph("png", size)).convert(mode)


@pytest.mark.parametrize("width", [700, 1300, 2000])
def test_a_photograph_has_copies_at_every_step_in_both_formats(width: int) -> None:
    picture = examine(photograph("jpg", (width, width // 5), quality=92))
    made = renditions.make(picture)
    assert list(made) == ["avif", "webp"]
    for format_, files in made.items():
        assert sorted(files) == list(image_widths.ladder(width))
        for step, data in files.items():
            copy = decoded(data)
            assert copy.format == format_.upper()
            assert copy.size == (step, round(step / width * (width // 5)))
            assert len(data) < len(picture.data)
            red, _, blue = copy.convert("RGB").crop((step // 4, step // 20, step // 4 + 1, step // 20 + 1)).tobytes()
            assert blue > 180 > 60 > red, "it shows the same"


@pytest.mark.parametrize("kind", RASTER)
def test_copies_are_always_smaller_files(kind: str) -> None:
    picture = examine(photograph(kind, (900, 150)))
    for format_, files in renditions.make(picture).items():
        own = {900} if format_ == kind else set()
        assert set(files) == set(image_widths.ladder(900)) - own, "it is its own widest copy in its own format"
        assert all(len(data) < len(picture.data) for data in files.values())


def test_a_format_in_which_a_picture_would_grow_is_left_out() -> None:
    poor = examine(photograph("avif", (900, 600), quality=45))
    assert list(renditions.make(poor)) == ["avif"], "narrower copies in its own format only"
    assert renditions.make(saved(detail("1"), "PNG")) == {}, "dots of ink"


def test_narrow_pictures_svgs_and_animations_have_no_copies() -> None:
    frames = [detail("RGB"), detail("RGB").transpose(Image.Transpose.ROTATE_180)]
    for kind in ("GIF", "WEBP", "PNG", "AVIF"):
        assert renditions.make(saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)) == {}
    assert renditions.make(examine(IMAGES["png"])) == {}
    assert renditions.make(examine(b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"/>')) == {}


def test_a_photograph_with_a_second_picture_in_it_has_copies() -> None:
    both = saved(detail("RGB"), "MPO", save_all=True, append_images=[detail("RGB", (300, 50))], quality=95)
    assert list(renditions.make(both)) == ["avif", "webp"]


def test_transparency_is_kept() -> None:
    image = detail("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    for files in renditions.make(saved(image, "PNG")).values():
        copy = decoded(files[700])
        assert copy.mode == "RGBA"
        alpha = copy.getchannel("A").crop((350, 0, 351, 100)).tobytes()
        assert alpha[1] < 20
        assert alpha[98] > 235


@pytest.mark.parametrize("mode", ["L", "LA", "P"])
def test_a_palette_becomes_full_colour(mode: str) -> None:
    image = detail("L").convert(mode)
    made = renditions.make(saved(image, "PNG"))
    assert made
    for files in made.values():
        copy = decoded(files[560])
        assert copy.mode in {"RGB", "RGBA"}
        dark = copy.convert("L").crop((0, 0, 270, 38)).resize((1, 1), Image.Resampling.BOX)
        assert dark.getpixel((0, 0)) == pytest.approx(49, abs=15)


def test_a_cmyk_or_16_bit_picture_has_no_copies() -> None:
    assert renditions.make(saved(detail("CMYK"), "JPEG", quality=95)) == {}
    assert renditions.make(saved(detail("L").convert("I;16"), "PNG")) == {}


def test_copies_have_the_same_colours() -> None:
    profile = b"an ICC profile as its maker wrote it" * 10
    coloured = renditions.make(saved(detail("RGB"), "JPEG", quality=95, icc_profile=profile))
    assert [decoded(files[560]).info["icc_profile"] for files in coloured.values()] == [profile, profile]
    grey = renditions.make(saved(detail("L"), "JPEG", quality=95, icc_profile=profile))
    assert [decoded(files[560]).info.get("icc_profile") for files in grey.values()] == [None, None]


def test_a_very_high_picture_has_no_copies() -> None:
    column = Image.new("RGB", (1600, MAX_PIXELS // 1600 + 1))
    column.paste(detail("RGB", (1600, 900)))
    assert renditions.make(saved(column, "PNG", compress_level=1)) == {}


def test_a_failing_encoder_loses_only_its_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(renditions.OPTIONS, "avif", {"quality": 60, "codec": "none such"})
    assert list(renditions.make(examine(photograph("jpg", (700, 100))))) == ["webp"]
