"""Generated pictures for posts."""

from io import BytesIO

from PIL import Image


def png(colour: str = "seagreen", width: int = 48, height: int = 32) -> bytes:
    """A picture of one colour."""
    data = BytesIO()
    Image.new("RGB", (width, height), colour).save(data, "PNG")
    return data.getvalue()
