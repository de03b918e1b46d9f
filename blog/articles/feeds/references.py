"""Makes the links and images in HTML absolute, for feed readers."""

from urllib.parse import urljoin

from blog.markup.dom import parse, write


def absolute_html(html: str, page: str) -> str:
    """``html`` as a sanitiser wrote it, with full addresses in all links and images; its page is at ``page``."""
    body = parse(html)
    for element in body.descendants():
        attributes = element.attributes
        for name in ("href", "src"):
            if name in attributes:
                attributes[name] = _joined(page, attributes[name])
        if "srcset" in attributes:
            # Our own image addresses hold neither spaces nor commas.
            candidates = (candidate.split() for candidate in attributes["srcset"].split(","))
            joined = (" ".join([_joined(page, first), *size]) for first, *size in candidates)
            attributes["srcset"] = ", ".join(joined)
    return write(body.children)


def _joined(page: str, reference: str) -> str:
    """The full address; a reference so malformed that it has none stays as it is."""
    try:
        return urljoin(page, reference)
    except ValueError:
        return reference
