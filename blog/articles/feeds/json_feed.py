"""Writes a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from blog.articles.feeds.entries import Entry, Feed, Person
from blog.config import settings
from blog.theming.site import absolute_url

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed, address: str) -> bytes:
    """Return ``feed`` as JSON Feed; ``address`` is the feed's own address."""
    payload = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": address,
        "description": feed.subtitle,
        "icon": absolute_url("site_files.touch_icon"),
        "favicon": absolute_url("site_files.favicon"),
        "authors": [_author(Person(settings.title, absolute_url("articles.index")))],
        "language": settings.language.replace("_", "-"),
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(_without_blanks(payload), ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    payload = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "image": entry.image,
        "language": entry.lang,
        "date_published": entry.published_at.isoformat(timespec="seconds"),
        "date_modified": entry.updated_at.isoformat(timespec="seconds"),
        "authors": [_author(author) for author in entry.authors],
        "tags": [tag.name for tag in entry.tags],
    }
    return _without_blanks(payload)


def _author(person: Person) -> dict[str, str]:
    return _without_blanks({"name": person.name, "url": person.url})


def _without_blanks(payload: dict[str, Any]) -> dict[str, Any]:
    """Return ``payload`` without empty values, except those that the format requires."""
    return {name: value for name, value in payload.items() if value or name in {"items", "content_html"}}
