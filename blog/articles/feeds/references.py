"""Makes the links and images in HTML absolute, for feed readers."""

from urllib.parse import urljoin

from blog.markup.dom import parse, write


def absolute_html(html: str, page: str) -> str:
    """Return sanitised ``html`` with absolute addresses in all links and images, resolved against ``page``."""
    body = parse(html)
    for element in body.descendants():
        attributes = element.attributes
        for name in ("href", "src"):
            if name in attributes:
                attributes[name] = _joined(page, attributes[name])
        if "srcset" in attributes:
            # Splitting at commas is safe: the sanitiser allows only this site's images, without spaces and commas.
            candidates = (candidate.split() for candidate in attributes["srcset"].split(","))
            joined = (" ".join([_joined(page, first), *size]) for first, *size in candidates)
            attributes["srcset"] = ", ".join(joined)
    return write(body.children)


def _joined(page: str, reference: str) -> str:
    """Return the absolute address; a malformed reference stays unchanged."""
    try:
        return urljoin(page, reference)
    except ValueError:
        return reference
