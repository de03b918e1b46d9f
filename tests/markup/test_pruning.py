"""Elements that become empty are removed."""

import pytest

from blog.markup.dom import Element, parse, write
from blog.markup.pruning import REMOVED, prune


def remove_x(element: Element) -> None:
    element.children = [REMOVED if child == "x" else child for child in element.children]
    for child in element.descendants():
        remove_x(child)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>a</p><p>x</p>", "<p>a</p>"),
        ("<ul><li>x</li></ul>", ""),
        ("<ul><li>x</li><li>a</li></ul>", "<ul><li>a</li></ul>"),
        ("<blockquote><p><em>x</em></p>\n</blockquote>", ""),
        ("<p>x<img></p>", "<p><img></p>"),
        ("<p></p><p>x</p>", "<p></p>"),
        ("<table><tr><td>x</td><td>a</td></tr></table>", "<table><tr><td></td><td>a</td></tr></table>"),
        ("<table><tr><td>x</td><td></td></tr></table>", ""),
    ],
)
def test_elements_that_became_empty_go_and_others_stay(html: str, left: str) -> None:
    body = parse(html)
    remove_x(body)
    prune(body)
    assert write(body.children) == left
