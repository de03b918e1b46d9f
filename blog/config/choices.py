"""The choices that settings offer: kinds of sources and shared caches, comment policies, roles."""

from enum import StrEnum

ROLES = ("viewer", "moderator", "administrator")

SOURCE_FORMS = {
    "demo": "demo",
    "folder": "folder:PATH",
    "ghost": "ghost:https://HOST",
    "wordpress": "wordpress:https://HOST",
    "shopify": "shopify:SHOP.myshopify.com",
}
"""The format of the setting for each kind of source."""

CDN_FORMS = {
    "fastly": "fastly:SERVICE_ID",
    "cloudflare": "cloudflare:ZONE_ID",
    "varnish": "varnish:http://HOST:PORT",
}
"""The format of the setting for each kind of cache in front of the blog."""


class CommentPolicy(StrEnum):
    """Whether an article accepts comments, and whether they wait for a moderator."""

    MODERATED = "moderated"
    FIRST = "first"
    """Only comments of authors who are not trusted yet wait; see :mod:`blog.comments.trust`."""
    OPEN = "open"
    CLOSED = "closed"


class LearnedScore(StrEnum):
    """How the learned score is used."""

    SHADOW = "shadow"
    ON = "on"
    OFF = "off"
