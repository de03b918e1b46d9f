"""Offers this site's images in all their widths, loaded late, and makes links of images on other hosts."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from blog.markup import srcset
from blog.markup.article_sanitizer import MEDIA
from blog.markup.dom import Element, Node

LAZY = {"loading": "lazy", "decoding": "async"}


def localise_images(element: Element, *, in_link: bool = False) -> None:
    """Offer this site's images in all their widths; replace others by links, or by their ``alt`` within a link."""
    in_link = in_link or element.name == "a"
    children: list[Node] = []
    for child in element.children:
        if not isinstance(child, Element):
            children.append(child)
        elif child.name == "source":
            continue  # It belongs to a picture, whose sources we write ourselves.
        elif child.name != "img":
            localise_images(child, in_link=in_link)
            children.append(child)
        elif MEDIA.fullmatch(child.attributes.get("src", "")):
            children.append(_in_all_widths({"alt": ""} | child.attributes | LAZY))
        else:
            children.append(_image_replacement(child.attributes, in_link=in_link))
    element.children = children


def _in_all_widths(attributes: dict[str, str]) -> Element:
    """Return a ``picture`` that offers all copies of the image, or a plain ``img`` if there are no copies."""
    image = Element("img", attributes)
    offered = srcset.sources(attributes["src"])
    if not offered:
        return image
    sizes = srcset.shown_width(attributes.get("width", ""))
    sources = [Element("source", {"type": type_, "srcset": widths, "sizes": sizes}) for type_, widths in offered]
    return Element("picture", {}, [*sources, image])


def _image_replacement(image: dict[str, str], *, in_link: bool) -> Node:
    """Return a link to another host's image; only its ``alt`` text within a link or without an absolute address."""
    address = image.get("src", "")
    try:
        parts = urlsplit(address) if address.startswith(("http://", "https://", "//")) else None
    except ValueError:
        parts = None
    if parts is None or in_link:
        return image.get("alt", "")
    words = image.get("alt") or PurePosixPath(unquote(parts.path)).name or parts.netloc
    return Element("a", {"href": address}, [words])
