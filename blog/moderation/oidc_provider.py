"""The OpenID Connect provider's metadata and keys, found by discovery (OpenID Connect Discovery 1.0).

They are kept for an hour. The keys are read again, at most once a minute, when the provider signs with a new one.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from blog.config import settings
from blog.fetch.client import Client
from blog.fetch.errors import FetchError
from blog.fetch.limits import Limits
from blog.fetch.response import FetchResponse

KEEP_SECONDS = 3600
REFRESH_SECONDS = 60
RETRY_SECONDS = 5
# Somebody waits for each answer, so the times are short and nothing is tried again.
LIMITS = Limits(connect=5, read=5, request=10, size=500_000, redirects=0, tries=1)


class ProviderFailed(Exception):
    """Signing in through the provider failed. The message is for the operator's log."""


@dataclass
class Provider:
    """The provider's metadata and keys."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    keys: KeySet | None = None
    read_at: float = float("-inf")
    failed_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


def init_app(app: Flask) -> None:
    """Prepare ``app`` to cache the provider's metadata and keys."""
    app.extensions["oidc"] = Provider()


def metadata() -> Mapping[str, Any]:
    """Return what the provider says about itself, such as the addresses of its endpoints.

    :raises ProviderFailed: it cannot be read.
    """
    return _provider().metadata


def keys(*, refresh: bool = False) -> KeySet:
    """Return the keys with which the provider signs; with ``refresh`` they may be at most a minute old.

    :raises ProviderFailed: they cannot be read.
    """
    found = _provider(refresh=refresh).keys
    if found is None:
        raise ProviderFailed("the provider has no keys")
    return found


def _provider(*, refresh: bool = False) -> Provider:
    """The cached provider; it is read again after ``KEEP_SECONDS``.

    After an error it is not read for ``RETRY_SECONDS``, because everybody who signs in would wait for the same error.
    """
    provider: Provider = current_app.extensions["oidc"]
    # It is held while the provider is asked: of many who sign in at the same moment, only one asks.
    with provider.lock:
        now = time.monotonic()
        if now - provider.read_at > (REFRESH_SECONDS if refresh else KEEP_SECONDS):
            if now - provider.failed_at < RETRY_SECONDS:
                raise ProviderFailed("the provider failed some seconds ago, so it was not asked again")
            try:
                provider.metadata, provider.keys = read_provider()
            except ProviderFailed:
                # Not ``now``: the request may have taken longer than ``RETRY_SECONDS``.
                provider.failed_at = time.monotonic()
                raise
            provider.read_at = time.monotonic()
    return provider


def read_provider() -> tuple[Mapping[str, Any], KeySet]:
    """Ask the provider for its metadata, which name its endpoints, and for its keys.

    :raises ProviderFailed: it does not answer, or an answer lacks something.
    """
    # Only for this address the slash is removed (OpenID Connect Discovery 1.0, 4.1); the issuer must be equal (4.3).
    found = get(f"{(settings.oidc_issuer or '').rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != settings.oidc_issuer:
        raise ProviderFailed(f"BLOG_OIDC_ISSUER must be the provider's own issuer: {found.get('issuer')}")
    missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
    if missing:
        raise ProviderFailed(f"the provider's metadata lack {', '.join(sorted(missing))}")
    try:
        return found, KeySet.import_key_set(get(str(found["jwks_uri"])))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderFailed(f"the provider's keys cannot be read ({error})") from error


def get(url: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """Return the JSON object at one of the provider's addresses.

    :raises ProviderFailed: it does not answer, or not with a JSON object.
    """
    return _object(url, lambda client: client.get(url, headers=headers))


def post(url: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
    """Send a form to one of the provider's addresses, and return the JSON object that it answers.

    :raises ProviderFailed: it does not answer, or not with a JSON object.
    """
    return _object(url, lambda client: client.post_form(url, fields, headers))


def _object(url: str, ask: Callable[[Client], FetchResponse]) -> Mapping[str, Any]:
    try:
        with Client(url, limits=LIMITS) as client:
            answer = ask(client).json()
    except FetchError as error:
        hint = "Check that the provider runs and that the settings BLOG_OIDC_… are right"
        raise ProviderFailed(f"{error.what}. {hint}") from error
    except ValueError as error:
        raise ProviderFailed(str(error)) from error
    if not isinstance(answer, dict):
        raise ProviderFailed("the provider did not answer with a JSON object")
    return answer
