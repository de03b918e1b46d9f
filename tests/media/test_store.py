"""Images are stored by their hash, cached for a year, and harmless to open."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from blog.instance import InstanceUnwritable
from blog.markup import srcset
from blog.media.store import media_folder, store_image
from tests.support.files import IMAGES, SIZE, photograph

pytestmark = pytest.mark.only_on("sqlite", reason="images are files, and these tests store no rows")


@pytest.mark.parametrize("kind", IMAGES)
def test_an_image_is_served_with_its_type_and_cached_for_a_year(app: Flask, client: FlaskClient, kind: str) -> None:
    kept = store_image(IMAGES[kind])
    assert store_image(IMAGES[kind]) == kept
    assert (kept.width, kept.height) == SIZE
    answer = client.get(kept.address)
    assert answer.status_code == 200
    assert answer.data == IMAGES[kind]
    assert answer.mimetype == {"jpg": "image/jpeg", "svg": "image/svg+xml"}.get(kind, f"image/{kind}")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer.close()


def test_an_svg_opened_by_itself_cannot_run_scripts(app: Flask, client: FlaskClient) -> None:
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>window.hacked=1</script></svg>"
    answer = client.get(store_image(script).address)
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    answer.close()


def files() -> dict[str, int]:
    """All stored files with their times."""
    return {path.name: path.stat().st_mtime_ns for path in media_folder().iterdir()}


def test_an_image_is_served_in_every_width_of_its_address(app: Flask, client: FlaskClient) -> None:
    kept = store_image(photograph("jpg", (900, 150)))
    assert kept.address.endswith("-900-avif-webp.jpg")
    offered = srcset.sources(kept.address)
    assert [source.type for source in offered] == ["image/avif", "image/webp"]
    for source in offered:
        for candidate in source.srcset.split(", "):
            address, width = candidate.split()
            answer = client.get(address)
            assert answer.mimetype == source.type
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert f"{Image.open(BytesIO(answer.data)).width}w" == width
            answer.close()


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_a_picture_that_is_its_own_widest_copy_is_stored_once(app: Flask, kind: str) -> None:
    kept = store_image(photograph(kind, (900, 150)))
    assert {source.type for source in srcset.sources(kept.address)} >= {f"image/{kind}"}
    own = [path.read_bytes() for path in media_folder().iterdir() if path.suffix == f".{kind}"]
    assert sorted(Image.open(BytesIO(data)).width for data in own) == [560, 900]
    assert photograph(kind, (900, 150)) in own


def test_stored_copies_are_not_made_again_and_missing_ones_are(app: Flask) -> None:
    kept = store_image(photograph("jpg", (900, 150)))
    before = files()
    assert store_image(photograph("jpg", (900, 150))) == kept
    assert files() == before
    for lost in before:
        (media_folder() / lost).unlink()
        assert store_image(photograph("jpg", (900, 150))) == kept
        after = files()
        assert set(after) == set(before)
        assert [name for name in before if after[name] != before[name]] == [lost]
        before = after


def test_nothing_else_is_served(client: FlaskClient) -> None:
    for name in ("nothing.png", "../secret_key", "..%2fsecret_key", f"{'0' * 32}.png", f"{'0' * 32}.html", ".x.png"):
        assert client.get(f"/media/{name}").status_code == 404, name


def test_an_unwritable_folder_is_an_error_of_one_line(app: Flask) -> None:
    media_folder().write_text("in the way", encoding="ascii")
    with pytest.raises(InstanceUnwritable, match="instance folder") as caught:
        store_image(IMAGES["png"])
    assert "\n" not in str(caught.value)
