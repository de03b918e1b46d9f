"""Turns cards and blocks of a CMS into plain HTML: links and buttons, files, callouts, toggles, headings."""

from collections.abc import Callable, Iterable, Iterator

from blog.markup.cms.players import name_of
from blog.markup.dom import Element, Node
from blog.markup.misplaced_blocks import divided

Replace = Callable[[Iterable[Node]], Iterable[Node]]
"""Replaces what a CMS has added to the nodes within a card or a gallery."""


def link(address: str, text: str, picture: str = "") -> Node:
    """Return a link with ``text``, below the image at ``picture`` if given; only the text if ``address`` is empty."""
    above = [Element("img", {"src": picture, "alt": ""})] if picture else []
    return Element("a", {"href": address}, [*above, text]) if address else text


def paragraph(*children: Node) -> Element:
    """Create a paragraph with ``children``."""
    return Element("p", {}, list(children))


def bookmark(figure: Element) -> Iterator[Node]:
    """Replace Ghost's ``kg-bookmark-card`` by a link with the title of the page, its description and its caption."""
    anchor, title = figure.first("a"), figure.first(class_="kg-bookmark-title")
    description, caption = figure.first(class_="kg-bookmark-description"), figure.first("figcaption")
    address = anchor.attributes.get("href", "") if anchor else ""
    yield paragraph(link(address, title.text if title else name_of(address)), *_lines(description, caption))


def file(card: Element) -> Iterator[Node]:
    """Replace Ghost's ``kg-file-card`` by a link to the file with its title, name, size and caption."""
    anchor, title = card.first("a"), card.first(class_="kg-file-card-title")
    name, size = card.first(class_="kg-file-card-filename"), card.first(class_="kg-file-card-filesize")
    if anchor is not None:
        shown = title.text if title else name.text if name else ""
        about = ", ".join(part.text for part in (name, size) if part and part.text)
        address = anchor.attributes.get("href", "")
        caption = card.first(class_="kg-file-card-caption")
        yield paragraph(link(address, shown or name_of(address)), f" ({about})" if about else "", *_lines(caption))


def links(card: Element) -> Iterator[Node]:
    """Replace a card that has only links by one paragraph for each link."""
    for anchor in card.descendants():
        if anchor.name == "a" and anchor.text:
            yield paragraph(link(anchor.attributes.get("href", ""), anchor.text))


def callout(card: Element, replace: Replace) -> Iterator[Node]:
    """Replace Ghost's ``kg-callout-card`` by an ``aside`` with its emoji and its text."""
    emoji, text = card.first(class_="kg-callout-emoji"), card.first(class_="kg-callout-text")
    mark = [f"{emoji.text} "] if emoji and emoji.text else []
    words = paragraph(*mark, *replace(text.children if text else card.children))
    yield Element("aside", {}, list(divided(words)))


def toggle(card: Element, replace: Replace) -> Iterator[Node]:
    """Replace Ghost's ``kg-toggle-card`` by ``details`` that open without a script."""
    heading, content = card.first(class_="kg-toggle-heading-text"), card.first(class_="kg-toggle-content")
    summary = Element("summary", {}, [heading.text if heading else ""])
    yield Element("details", {}, [summary, *replace(content.children if content else [])])


def accordion_heading(heading: Element) -> Iterator[Node]:
    """Replace WordPress's ``wp-block-accordion-heading``, in which a button contains the text, by a plain heading."""
    title = heading.first(class_="wp-block-accordion-heading__toggle-title") or heading.first("button")
    yield Element(heading.name, {}, [title.text if title else heading.text])


def _lines(*texts: Element | None) -> Iterator[Node]:
    for text in texts:
        if text is not None and text.text:
            yield from (Element("br"), text.text)
