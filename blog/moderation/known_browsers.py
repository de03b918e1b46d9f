"""Browsers in which an account has signed in before, recognised by a signed cookie.

Strangers can use up an account's attempts; its owner has separate attempts in a known browser. This is the “device
cookie” of OWASP's pages on guessing attacks. The cookie proves nothing else.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "blog_device"
LIFETIME = timedelta(days=180)
MAX_ACCOUNTS = 5
"""The most accounts that a browser remembers; the least recently used one is dropped first."""


def known(name_key: str) -> str | None:
    """The id of this browser for the account ``name_key``, if it has signed in with it; each account has another id."""
    device, accounts = _read()
    account = _short(name_key)
    return f"{device} {account}" if account in accounts else None


def remember(name_key: str) -> None:
    """Remember this browser for the account ``name_key``."""
    device, accounts = _read()
    account = _short(name_key)
    others = [other for other in accounts if other != account]
    value = _serializer().dumps([device or secrets.token_urlsafe(16), [account, *others][:MAX_ACCOUNTS]])

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(), value, max_age=LIFETIME, httponly=True, secure=request.is_secure, samesite="Lax"
        )
        return response


def _read() -> tuple[str, list[str]]:
    try:
        cookie = request.cookies.get(_cookie_name(), "")
        device, accounts = _serializer().loads(cookie, max_age=int(LIFETIME.total_seconds()))
    except BadSignature:  # or its subclass for a cookie that is too old
        return "", []
    return device, accounts


def _cookie_name() -> str:
    # Browsers accept a cookie with this prefix only if it is ``Secure`` (RFC 6265bis, 4.1.3.2), so not without HTTPS.
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="moderators-devices")


def _short(name_key: str) -> str:
    return sha256(name_key.encode(errors="replace")).hexdigest()[:16]
