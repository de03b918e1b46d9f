"""Turns the body of an article into safe HTML with responsive images and scrolling tables.

This is done in steps; each step is a function that changes the document. The sanitiser runs before the first step and
again after the last one. So the safety of the result does not depend on the steps being correct.
"""

import re

from markupsafe import Markup

from blog.markup import article_sanitizer
from blog.markup.article_images import localise_images
from blog.markup.article_sanitizer import CONTROLS, PLAYERS
from blog.markup.dom import Element, Node
from blog.markup.heading_ids import HEADINGS, drop_unusable_ids

# Three forms: a style, the value of the attribute align, and a class of WordPress's blocks.
ALIGNMENT = re.compile(r"(?:\btext-align\s*:\s*|^\s*|\bhas-text-align-)(center|end|left|right|start)\b", re.IGNORECASE)
ALIGNMENT_CLASSES = {
    "center": "align-center",
    "end": "align-right",
    "left": "align-left",
    "right": "align-right",
    "start": "align-left",
}


def clean_article(html: str) -> Markup:
    """Return safe HTML for the body of an article. Cleaning the result again does not change it.

    :raises ArticleTooComplex: it has too many elements, or they are nested too deeply.
    """
    return finish(article_sanitizer.read(html))


def finish(body: Element) -> Markup:
    """Return safe HTML of ``body``; the steps change ``body``, so do not use it afterwards.

    The title is the page's only ``h1``: if ``body`` has one, all its headings move one level down. This site's images
    (``/media/…``) are offered in all their widths. Images of other hosts become links, since pages load nothing from
    other hosts. Only links to http, https, mailto and relative addresses stay.
    """
    # The last pass must come after all steps: it removes the attributes and elements that the steps read, such as
    # the style of table cells, and it checks what the steps have added. The checkboxes of task lists are controls, so
    # they are shown before controls are dropped; and code is trimmed last, when nothing more is dropped.
    drop_unusable_ids(body)
    demote_headings(body)
    align_cells(body)
    show_tasks(body)
    drop_players_and_controls(body)
    localise_images(body)
    wrap_tables(body)
    trim_code(body)
    return article_sanitizer.clean(body)


def demote_headings(body: Element) -> None:
    """Move all headings one level down if there is an ``h1``."""
    if body.first("h1") is not None:
        below = dict(zip(HEADINGS, (*HEADINGS[1:], HEADINGS[-1]), strict=True))
        for element in body.descendants():
            element.name = below.get(element.name, element.name)


def align_cells(body: Element) -> None:
    """Replace the alignment of table cells by a class, since the Content-Security-Policy forbids inline styles."""
    for cell in body.descendants():
        if cell.name in {"td", "th"}:
            said = (cell.attributes.pop(name, "") for name in ("style", "align"))
            found = next(filter(None, map(ALIGNMENT.search, (*said, cell.attributes.get("class", "")))), None)
            if found:
                cell.attributes["class"] = ALIGNMENT_CLASSES[found[1].lower()]


def show_tasks(body: Element) -> None:
    """Replace the checkboxes of task lists by the characters ☑ and ☐, since readers cannot tick them."""
    for element in body.descendants():
        for place, child in enumerate(element.children):
            if isinstance(child, Element) and child.name == "input" and child.attributes.get("type") == "checkbox":
                element.children[place] = "☑" if "checked" in child.attributes else "☐"
                if element.name == "li":
                    element.attributes["class"] = "task-list-item"


def drop_players_and_controls(element: Element) -> None:
    """Remove players and controls, but keep what is in forms.

    The last pass would do the same, but after ``trim_code()``. It would also leave a heading in a form in a heading as
    a heading in a heading. Then cleaning twice would change the result.
    """
    children: list[Node] = []
    for child in element.children:
        if isinstance(child, Element):
            drop_players_and_controls(child)
        if isinstance(child, Element) and child.name == "form":
            children += child.children
        elif isinstance(child, str) or child.name not in PLAYERS | CONTROLS:
            children.append(child)
    element.children = children


def wrap_tables(element: Element) -> None:
    """Wrap each outermost table in an element that scrolls, so that a wide table does not make the page scroll.

    Such elements that are there already are replaced, because a parser may have moved the table out of one.
    """
    children: list[Node] = []
    for child in element.children:
        if not isinstance(child, Element):
            children.append(child)
        elif child.name == "table":
            # With a tabindex, the table can be scrolled with the keyboard.
            children.append(Element("div", {"class": "table-scroll", "tabindex": "0"}, [child]))
        else:
            wrap_tables(child)
            is_wrapper = child.name == "div" and "table-scroll" in child.classes
            children += child.children if is_wrapper else [child]
    element.children = children


def trim_code(body: Element) -> None:
    """Remove line ends at the beginning of a ``pre``.

    Each time HTML is parsed, the first of them is dropped, so cleaning twice would otherwise change the result.
    """
    for element in body.descendants():
        if element.name == "pre":
            while element.children and isinstance(element.children[0], str):
                element.children[0] = element.children[0].lstrip("\n")
                if element.children[0]:
                    break
                del element.children[0]
