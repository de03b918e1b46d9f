"""Signs webhook calls as docs/sources.md describes it, independently of the code that checks them."""

import hmac
from hashlib import sha256


def sign(body: bytes, secret: str, now: float) -> str:
    """The value of ``X-Blog-Signature`` for ``body``."""
    time = str(int(now))
    return f"t={time}, v1={hmac.new(secret.encode(), f'{time}.'.encode() + body, sha256).hexdigest()}"
