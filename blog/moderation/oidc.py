"""Signing in through an OpenID Connect provider: discovery, the authorisation code flow with PKCE, and the ID token.

Follows OpenID Connect Core 1.0 (3.1), Discovery 1.0, RFC 7636 (PKCE, S256), RFC 9207 (the issuer in the answer) and
RFC 9700. The provider's keys are kept for an hour and read again, at most once a minute, when it signs with a new one.
"""

import base64
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import Flask, current_app
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from blog.config import settings
from blog.fetch.client import Client
from blog.fetch.errors import FetchError
from blog.fetch.limits import Limits

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
"""Signatures with a key pair; never ``none``, and never the client's secret as a key."""
LEEWAY_SECONDS = 60
KEEP_SECONDS = 3600
REFRESH_SECONDS = 60
RETRY_SECONDS = 5
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


def new_request() -> dict[str, str]:
    """Random values for one attempt to sign in; the browser's session keeps them until the answer comes."""
    return {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}


def authorization_url(values: Mapping[str, str], redirect_uri: str) -> str:
    """The provider's URL to which to redirect the browser.

    :raises ProviderFailed: the provider's metadata cannot be read.
    """
    challenge = base64.urlsafe_b64encode(sha256(values["verifier"].encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": redirect_uri,
        "scope": settings.oidc_scopes,
        "state": values["state"],
        "nonce": values["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = str(_metadata()["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def claims_for(answer: Mapping[str, str], values: Mapping[str, str], redirect_uri: str) -> dict[str, Any]:
    """Return the provider's claims about the person who has signed in.

    :param answer: the query string with which the browser came back.
    :raises ProviderFailed: the answer does not belong to the attempt, the provider refused, or its token is not valid.
    """
    if not secrets.compare_digest(answer.get("state", "").encode(), values["state"].encode()):
        raise ProviderFailed("the answer does not belong to this attempt (wrong state)")
    if answer.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        raise ProviderFailed("another issuer answered")
    if "error" in answer:
        raise ProviderFailed(f"the provider answered {answer['error'][:80]!r}")
    tokens = _exchange(answer.get("code", ""), values["verifier"], redirect_uri)
    claims = _verified(str(tokens.get("id_token", "")), values["nonce"])
    if find_claim(claims, settings.oidc_role_claim) is None and "userinfo_endpoint" in _metadata():
        claims = _userinfo(str(tokens.get("access_token", "")), claims) | claims
    return claims


def find_claim(claims: Mapping[str, Any], path: str) -> object:
    """The claim at ``path``. Dots lead into objects; a claim with dots in its own name is found, too."""
    if path in claims:
        return claims[path]
    found: object = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _exchange(code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
    """The tokens for a code."""
    endpoint = str(_metadata()["token_endpoint"])
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    methods = _metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    headers = {}
    if settings.oidc_client_secret and "client_secret_basic" in methods:
        pair = f"{quote_plus(settings.oidc_client_id or '')}:{quote_plus(settings.oidc_client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        fields["client_id"] = settings.oidc_client_id or ""
        if settings.oidc_client_secret:
            fields["client_secret"] = settings.oidc_client_secret
    try:
        with Client(endpoint, limits=LIMITS) as client:
            return _object(client.post_form(endpoint, fields, headers).json())
    except FetchError as error:
        raise _failed(error) from error


def _userinfo(access_token: str, claims: Mapping[str, Any]) -> dict[str, Any]:
    """More claims of the same person."""
    endpoint = str(_metadata()["userinfo_endpoint"])
    found = _get(endpoint, {"Authorization": f"Bearer {access_token}"})
    if found.get("sub") != claims["sub"]:
        raise ProviderFailed("the userinfo is about another person")
    return dict(found)


def _verified(id_token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
    try:
        token = _decoded(id_token)
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": settings.oidc_issuer or ""},
            sub={"essential": True},
            aud={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(token.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderFailed(f"the ID token is not valid ({type(error).__name__}: {error})") from error
    claims = dict(token.claims)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if audience != [settings.oidc_client_id] and (
        settings.oidc_client_id not in audience or claims.get("azp") != settings.oidc_client_id
    ):
        raise ProviderFailed("the ID token is for another client (aud)")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise ProviderFailed("the ID token has no subject (sub)")
    return claims


def _decoded(id_token: str) -> jwt.Token:
    try:
        return jwt.decode(id_token, _keys(), algorithms=ALGORITHMS)
    except InvalidKeyIdError:
        # The provider signs with a key that is newer than the cached keys.
        return jwt.decode(id_token, _keys(refresh=True), algorithms=ALGORITHMS)


def _metadata() -> Mapping[str, Any]:
    return _provider().metadata


def _keys(*, refresh: bool = False) -> KeySet:
    keys = _provider(refresh=refresh).keys
    if keys is None:
        raise ProviderFailed("the provider has no keys")
    return keys


def _provider(*, refresh: bool = False) -> Provider:
    """The cached provider; it is read again after ``KEEP_SECONDS``.

    After an error it is not read for ``RETRY_SECONDS``, because everybody who signs in would wait for the same error.
    """
    provider: Provider = current_app.extensions["oidc"]
    with provider.lock:
        now = time.monotonic()
        if now - provider.read_at > (REFRESH_SECONDS if refresh else KEEP_SECONDS):
            if now - provider.failed_at < RETRY_SECONDS:
                raise ProviderFailed("the provider failed some seconds ago, so it was not asked again")
            try:
                provider.metadata, provider.keys = read_provider()
            except ProviderFailed:
                provider.failed_at = time.monotonic()
                raise
            provider.read_at = time.monotonic()
    return provider


def read_provider() -> tuple[Mapping[str, Any], KeySet]:
    """Ask the provider for its metadata, which name its endpoints, and for its keys.

    :raises ProviderFailed: it does not answer, or an answer lacks something.
    """
    metadata = _get(f"{(settings.oidc_issuer or '').rstrip('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != settings.oidc_issuer:
        raise ProviderFailed(f"BLOG_OIDC_ISSUER must be the provider's own issuer: {metadata.get('issuer')}")
    missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - metadata.keys()
    if missing:
        raise ProviderFailed(f"the provider's metadata lack {', '.join(sorted(missing))}")
    try:
        return metadata, KeySet.import_key_set(_get(str(metadata["jwks_uri"])))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderFailed(f"the provider's keys cannot be read ({error})") from error


def _get(url: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    try:
        with Client(url, limits=LIMITS) as client:
            return _object(client.get(url, headers=headers).json())
    except FetchError as error:
        raise _failed(error) from error
    except ValueError as error:
        raise ProviderFailed(str(error)) from error


def _failed(error: FetchError) -> ProviderFailed:
    return ProviderFailed(f"{error.what}. Check that the provider runs and that the settings BLOG_OIDC_… are right")


def _object(answer: object) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise ProviderFailed("the provider did not answer with a JSON object")
    return answer
