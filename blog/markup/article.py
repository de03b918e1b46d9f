"""The body of an article as its page shows it: safe HTML with responsive images and scrolling tables.

It is a list of steps, each a function that changes the document. The sanitiser comes before the first and after the
last of them, so that what a step makes needs no trust.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from blog.markup import sanitizer, srcset
from blog.markup.dom import Element, Node
from blog.markup.heading_ids import HEADINGS, drop_unusable_ids
from blog.markup.sanitizer import MEDIA

LAZY = {"loading": "lazy", "decoding": "async"}
ALIGNMENT = re.compile(r"(?:\btext-align\s*:\s*|^\s*|\bhas-text-align-)(center|end|left|right|start)\b", re.IGNORECASE)
ALIGNMENT_CLASSES = {
    "center": "align-center",
    "end": "align-right",
    "left": "align-left",
    "right": "align-right",
    "start": "align-left",
}


def clean_article(html: str) -> Markup:
    """Safe HTML for the body of an article. Cleaning twice changes nothing more.

    :raises ArticleTooComplex: the elements are more, or nest deeper, than any text needs.
    """
    return finish(sanitizer.read(html))


def finish(body: Element) -> Markup:
    """Safe HTML of ``body``, which is no more of use afterwards.

    The page's own title is its only ``h1``: where ``body`` has any, all its headings go one level down. An image stays
    only where it is this site's (``/media/…``), offered in all its widths; one of another host becomes a link, since a
    page asks no other host for anything. Links lead to http, https, mailto or relative addresses.
    """
    drop_unusable_ids(body)
    demote_headings(body)
    align_cells(body)
    show_tasks(body)
    trim_code(body)
    localise_images(body)
    wrap_tables(body)
    return sanitizer.clean(body)


def demote_headings(body: Element) -> None:
    """Put all headings one level down, where there is one of the first level."""
    if body.first("h1") is not None:
        below = dict(zip(HEADINGS, (*HEADINGS[1:], HEADINGS[-1]), strict=True))
        for element in body.descendants():
            element.name = below.get(element.name, element.name)


def align_cells(body: Element) -> None:
    """Say by a class how the text of a table's cell is aligned: a page may not hold inline styles."""
    for cell in body.descendants():
        if cell.name in {"td", "th"}:
            said = (cell.attributes.pop(name, "") for name in ("style", "align"))
            found = next(filter(None, map(ALIGNMENT.search, (*said, cell.attributes.get("class", "")))), None)
            if found:
                cell.attributes["class"] = ALIGNMENT_CLASSES[found[1].lower()]


def show_tasks(body: Element) -> None:
    """Show the checkboxes of a list of tasks as characters: nobody can tick them on a page."""
    for element in body.descendants():
        for place, child in enumerate(element.children):
            if isinstance(child, Element) and child.name == "input" and child.attributes.get("type") == "checkbox":
                element.children[place] = "☑" if "checked" in child.attributes else "☐"
                if element.name == "li":
                    element.attributes["class"] = "task-list-item"


def trim_code(body: Element) -> None:
    """Take away line ends at the beginning of a ``pre``: each time that HTML is parsed, one of them would vanish."""
    for element in body.descendants():
        if element.name == "pre" and element.children and isinstance(element.children[0], str):
            element.children[0] = element.children[0].lstrip("\n")


def localise_images(element: Element, *, in_link: bool = False) -> None:
    """Give images of this site an ``alt`` and all their widths. Links, or within a link texts, stand for others."""
    in_link = in_link or element.name == "a"
    children: list[Node] = []
    for child in element.children:
        if not isinstance(child, Element):
            children.append(child)
        elif child.name == "source":
            continue  # Of a picture as its author offered it; of a player, which is not shown.
        elif child.name != "img":
            localise_images(child, in_link=in_link)
            children.append(child)
        elif MEDIA.fullmatch(child.attributes.get("src", "")):
            children.append(_in_all_widths({"alt": ""} | child.attributes | LAZY))
        else:
            children.append(_instead_of(child.attributes, in_link=in_link))
    element.children = children


def wrap_tables(element: Element) -> None:
    """Put each outermost table into an element in which it scrolls by itself, so that a wide one moves no page."""
    is_wrapped = "table-scroll" in element.classes
    for place, child in enumerate(element.children):
        if not isinstance(child, Element):
            continue
        if child.name != "table":
            wrap_tables(child)
        elif not is_wrapped:
            element.children[place] = Element("div", {"class": "table-scroll", "tabindex": "0"}, [child])


def _in_all_widths(attributes: dict[str, str]) -> Element:
    """An ``img``, and where there are copies of it, a ``picture`` that offers them to the browser."""
    image = Element("img", attributes)
    offered = srcset.sources(attributes["src"])
    if not offered:
        return image
    sizes = srcset.shown_width(attributes.get("width", ""))
    sources = [Element("source", {"type": type_, "srcset": widths, "sizes": sizes}) for type_, widths in offered]
    return Element("picture", {}, [*sources, image])


def _instead_of(image: dict[str, str], *, in_link: bool) -> Node:
    address = image.get("src", "")
    parts = urlsplit(address) if address.startswith(("http://", "https://", "//")) else None
    if parts is None or in_link:
        return image.get("alt", "")
    words = image.get("alt") or PurePosixPath(unquote(parts.path)).name or parts.netloc
    return Element("a", {"href": address}, [words])
