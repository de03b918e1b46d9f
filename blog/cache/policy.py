"""Decides which pages may be given to other readers: a view marks its page, and the response must not be personal."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, g

from blog.cache.purges import EVERYTHING

ENVIRON_KEY = "blog.cache.policy"
ACCEPT = "Accept"
"""Used as a parameter name: the page differs between clients that accept HTML (browsers) and others."""


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """The cache keys of a page, and the query parameters that it depends on."""

    keys: frozenset[str]
    parameters: frozenset[str]


def cache_page(keys: Iterable[str], parameters: Iterable[str] = ()) -> None:
    """Allow the response to the current request to be cached until one of ``keys`` is purged.

    The response must be the same for everybody. ``parameters`` are the query parameters that it depends on; all others
    are ignored.
    """
    g.cache_policy = CachePolicy(frozenset((*keys, EVERYTHING)), frozenset(parameters))


def is_for_everybody(response: Response) -> bool:
    """Return whether a response may be given to other readers: it succeeded, and its headers name no cookie.

    The session's own cookie is not among them yet, because Flask saves the session after all ``after_request``
    functions. So a view that calls :func:`cache_page` must not use the session. Outside of the moderators' pages,
    which are never cached, it is always empty.
    """
    is_personal = "Set-Cookie" in response.headers or "cookie" in {name.lower() for name in response.vary}
    return response.status_code == 200 and not is_personal and not response.cache_control.no_store
