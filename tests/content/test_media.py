"""Images: kept under their hash, served for a year, and harmless to open."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.content.media import keep_image, media_folder
from blog.instance import InstanceUnwritable
from tests.content.writing import IMAGES, SIZE


@pytest.mark.parametrize("kind", IMAGES)
def test_an_image_is_served_as_what_it_is_and_kept_for_a_year(app: Flask, client: FlaskClient, kind: str) -> None:
    kept = keep_image(IMAGES[kind])
    assert keep_image(IMAGES[kind]) == kept
    assert (kept.width, kept.height) == SIZE
    answer = client.get(kept.address)
    assert answer.status_code == 200
    assert answer.data == IMAGES[kind]
    assert answer.mimetype == {"jpg": "image/jpeg", "svg": "image/svg+xml"}.get(kind, f"image/{kind}")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer.close()


def test_a_drawing_opened_by_itself_may_only_draw(app: Flask, client: FlaskClient) -> None:
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>window.hacked=1</script></svg>"
    answer = client.get(keep_image(script).address)
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    answer.close()


@pytest.mark.parametrize(
    "name", ["nothing.png", "../secret_key", "..%2fsecret_key", f"{'0' * 32}.png", f"{'0' * 32}.html", ".x.png"]
)
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/media/{name}").status_code == 404


def test_a_folder_that_cannot_be_written_is_one_line(app: Flask) -> None:
    media_folder().write_text("in the way", encoding="ascii")
    with pytest.raises(InstanceUnwritable, match="instance folder") as caught:
        keep_image(IMAGES["png"])
    assert "\n" not in str(caught.value)
