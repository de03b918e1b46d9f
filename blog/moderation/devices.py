"""Browsers in which an account has signed in before, known by a signed cookie.

Strangers can use up an account's attempts; its owner, in a browser that is known, has attempts of their own. This is
the “device cookie” of OWASP's pages on guessing attacks. The cookie proves nothing else.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "blog_device"
LIFETIME = timedelta(days=180)
MAX_ACCOUNTS = 5
"""Accounts of one browser; the one that was used last stays longest."""


def known(name_key: str) -> str | None:
    """The id of this browser, if the account ``name_key`` has signed in with it; for each account another id."""
    device, accounts = _read()
    account = _short(name_key)
    return f"{device} {account}" if account in accounts else None


def remember(name_key: str) -> None:
    """Let this browser be known for the account ``name_key`` from now on."""
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
    except BadSignature:
        return "", []
    return device, accounts


def _cookie_name() -> str:
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="moderators-devices")


def _short(name_key: str) -> str:
    return sha256(name_key.encode(errors="replace")).hexdigest()[:16]
