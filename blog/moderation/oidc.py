"""Signing in through an OpenID Connect provider: the authorisation code flow with PKCE, and the ID token.

Follows OpenID Connect Core 1.0 (3.1), RFC 7636 (PKCE, S256), RFC 9207 (the issuer in the answer) and RFC 9700.
"""

import base64
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError

from blog.config import settings
from blog.moderation import oidc_provider
from blog.moderation.oidc_provider import ProviderFailed

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
"""Signatures with a key pair; never ``none``, and never the client's secret as a key."""
# The clocks of the provider and of this server may differ by so much.
LEEWAY_SECONDS = 60


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
    endpoint = str(oidc_provider.metadata()["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def claims_for(answer: Mapping[str, str], values: Mapping[str, str], redirect_uri: str) -> dict[str, Any]:
    """Return the provider's claims about the person who has signed in.

    :param answer: the query string with which the browser came back.
    :raises ProviderFailed: the answer does not belong to the attempt, the provider refused, or its token is not valid.
    """
    # Before the code is used: otherwise an attacker could sign this browser in to the attacker's own account
    # (RFC 9700, 4.7). As bytes, because compare_digest() raises a TypeError for texts that are not ASCII.
    if not secrets.compare_digest(answer.get("state", "").encode(), values["state"].encode()):
        raise ProviderFailed("the answer does not belong to this attempt (wrong state)")
    # Not every provider sends ``iss``; one that says it does must do so (RFC 9207, 2.4).
    sends_issuer = oidc_provider.metadata().get("authorization_response_iss_parameter_supported") is True
    if answer.get("iss", None if sends_issuer else settings.oidc_issuer) != settings.oidc_issuer:
        raise ProviderFailed("another issuer answered")
    if "error" in answer:
        # Anybody can write this part of the address. Short and escaped, it cannot forge lines in the log.
        raise ProviderFailed(f"the provider answered {answer['error'][:80]!r}")
    tokens = _exchange(answer.get("code", ""), values["verifier"], redirect_uri)
    claims = _verified(str(tokens.get("id_token", "")), values["nonce"])
    if find_claim(claims, settings.oidc_role_claim) is None and "userinfo_endpoint" in oidc_provider.metadata():
        # The signed token is on the right, so its claims replace those of the userinfo.
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
    endpoint = str(oidc_provider.metadata()["token_endpoint"])
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    # A provider that lists no methods has the basic one (OpenID Connect Discovery 1.0, section 3).
    methods = oidc_provider.metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    headers = {}
    if settings.oidc_client_secret and "client_secret_basic" in methods:
        # Encoded as in a form first, as RFC 6749 (2.3.1) asks: a colon in the id would otherwise end it.
        pair = f"{quote_plus(settings.oidc_client_id or '')}:{quote_plus(settings.oidc_client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        # A client without a secret has to name itself, too (RFC 6749, 4.1.3).
        fields["client_id"] = settings.oidc_client_id or ""
        if settings.oidc_client_secret:
            fields["client_secret"] = settings.oidc_client_secret
    return oidc_provider.post(endpoint, fields, headers)


def _userinfo(access_token: str, claims: Mapping[str, Any]) -> dict[str, Any]:
    """More claims of the same person."""
    endpoint = str(oidc_provider.metadata()["userinfo_endpoint"])
    found = oidc_provider.get(endpoint, {"Authorization": f"Bearer {access_token}"})
    # The access token could have been exchanged for another person's (OpenID Connect Core 1.0, 5.3.2 and 16.11).
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
    # Compared here, because joserfc would accept every list with this client in it and ignores ``azp``.
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if audience != [settings.oidc_client_id] and (
        settings.oidc_client_id not in audience or claims.get("azp") != settings.oidc_client_id
    ):
        raise ProviderFailed("the ID token is for another client (aud)")
    # 255 is the limit of OpenID Connect Core 1.0 (section 2), and the length of the column.
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise ProviderFailed("the ID token has no subject (sub)")
    return claims


def _decoded(id_token: str) -> jwt.Token:
    try:
        return jwt.decode(id_token, oidc_provider.keys(), algorithms=ALGORITHMS)
    except InvalidKeyIdError:
        # The provider signs with a key that is newer than the cached keys.
        return jwt.decode(id_token, oidc_provider.keys(refresh=True), algorithms=ALGORITHMS)
