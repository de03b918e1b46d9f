"""Writes a feed as Atom (RFC 4287), with the replies of RFC 4685.

Browsers style the feed with ``feed.css``. CSS cannot add text in the site's language, and it cannot turn Atom's links
into links that work in a browser. So the feed contains both: an explanation, in FeedBurner's element for this purpose,
and summaries that are XHTML links to the articles. Feed readers ignore the explanation and show the summaries as text.
"""

import xml.etree.ElementTree as ET

from flask_babel import gettext as _

from blog.articles.feeds.entries import Entry, Feed, Person
from blog.articles.xml import add, element, timestamp, to_bytes
from blog.config import settings
from blog.theming.assets import asset_url
from blog.theming.site import absolute_url

MEDIA_TYPE = "application/atom+xml"
NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:thr": "http://purl.org/syndication/thread/1.0",
    "xmlns:feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
}
XHTML = "http://www.w3.org/1999/xhtml"
STYLESHEET = "feeds/feed.css"


def write(feed: Feed, address: str) -> bytes:
    """Return ``feed`` as Atom; ``address`` is the feed's own address."""
    root = element("feed", NAMESPACES | {"xml:lang": settings.language.replace("_", "-")})
    add(root, "title", feed.title)
    if feed.subtitle:
        add(root, "subtitle", feed.subtitle)
    add(root, "feedburner:browserFriendly", _explanation())
    add(root, "id", feed.id)
    add(root, "updated", timestamp(feed.updated_at))
    add(root, "link", attributes={"rel": "self", "type": MEDIA_TYPE, "href": address})
    add(root, "link", attributes={"rel": "alternate", "type": "text/html", "href": feed.page})
    add(root, "icon", absolute_url("site_files.favicon"))
    # A feed needs an author if one of its entries has none (RFC 4287, section 4.1.1).
    _add_author(root, Person(settings.title, absolute_url("articles.index")))
    for entry in feed.entries:
        _add_entry(root, entry)
    return to_bytes(root, stylesheet=asset_url(STYLESHEET))


def _explanation() -> str:
    return _("This is a feed. Copy the address of this page into a feed reader to get everything new.")


def _add_entry(root: ET.Element, entry: Entry) -> None:
    node = add(root, "entry", attributes={"xml:lang": entry.lang} if entry.lang else {})
    add(node, "title", entry.title)
    add(node, "published", timestamp(entry.published_at))
    add(node, "updated", timestamp(entry.updated_at))
    add(node, "id", entry.id)
    add(node, "link", attributes={"rel": "alternate", "type": "text/html", "href": entry.url})
    for author in entry.authors:
        _add_author(node, author)
    for tag in entry.tags:
        add(node, "category", attributes={"term": tag.slug, "label": tag.name})
    if entry.in_reply_to:
        origin = {"ref": entry.in_reply_to.id, "type": "text/html", "href": entry.in_reply_to.url}
        add(node, "thr:in-reply-to", attributes=origin)
    if entry.summary:
        div = add(add(node, "summary", attributes={"type": "xhtml"}), "div", attributes={"xmlns": XHTML})
        add(div, "a", entry.summary, {"href": entry.url})
    add(node, "content", entry.html, {"type": "html"})


def _add_author(parent: ET.Element, person: Person) -> None:
    author = add(parent, "author")
    add(author, "name", person.name)
    if person.url:
        add(author, "uri", person.url)
