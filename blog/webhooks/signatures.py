"""Checks the signatures of webhook calls, for each CMS in its own format, in constant time."""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

MAX_AGE_SECONDS = 300
"""How far a signature's time may differ from ours. An older call could be recorded and sent again."""

GHOST = re.compile(r"sha256=([0-9a-f]{64}), ?t=([0-9]{10,16})")
OURS = re.compile(r"t=([0-9]{9,12}), ?v1=([0-9a-f]{64})")


class BadSignature(Exception):
    """The signature is missing, wrong or too old; the message says which, for the operator."""


def signature_of(kind: str, headers: Mapping[str, str], body: bytes, secret: str, now: float) -> str:
    """Check the signature of a call to ``/webhooks/<kind>`` and return it. ``now`` is a Unix time.

    Every kind may use our own format: ``X-Blog-Signature: t=<Unix time>, v1=<hex>``, where ``v1`` is the HMAC-SHA256 of
    the time, a full stop and the body. Ghost may also sign as described at https://docs.ghost.org/webhooks
    (``X-Ghost-Signature``, the body followed by the time in milliseconds), and Shopify as described at
    https://shopify.dev/docs/apps/build/webhooks/subscribe/https (``X-Shopify-Hmac-Sha256``, only the body).

    :raises BadSignature: the signature is missing, wrong or too old.
    """
    if "X-Blog-Signature" in headers:
        return _ours(headers["X-Blog-Signature"], body, secret, now)
    if kind == "ghost" and "X-Ghost-Signature" in headers:
        return _ghost(headers["X-Ghost-Signature"], body, secret, now)
    if kind == "shopify" and "X-Shopify-Hmac-Sha256" in headers:
        return _shopify(headers["X-Shopify-Hmac-Sha256"], body, secret)
    raise BadSignature("it carries no signature")


def _ours(signature: str, body: bytes, secret: str, now: float) -> str:
    form = OURS.fullmatch(signature)
    if form is None:
        raise BadSignature("its signature has another form than t=…, v1=…")
    _check_age(int(form[1]), now)
    _compare(_hmac(f"{form[1]}.".encode() + body, secret).hex(), form[2])
    # Not the header as it came: with or without the space after the comma it is the same call, and is handled once.
    return f"t={form[1]}, v1={form[2]}"


def _ghost(signature: str, body: bytes, secret: str, now: float) -> str:
    form = GHOST.fullmatch(signature)
    if form is None:
        raise BadSignature("its signature has another form than Ghost’s; give the webhook a secret in Ghost")
    _check_age(int(form[2]) / 1000, now)
    _compare(_hmac(body + form[2].encode(), secret).hex(), form[1])
    return f"sha256={form[1]}, t={form[2]}"


def _shopify(signature: str, body: bytes, secret: str) -> str:
    # Shopify signs no time. A recorded call that is sent again after RETENTION causes one more sync, and no harm.
    _compare(b64encode(_hmac(body, secret)).decode(), signature)
    return signature


def _hmac(message: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), message, sha256)


def _compare(expected: str, sent: str) -> None:
    # As bytes, because compare_digest() raises a TypeError for text that is not ASCII.
    if not hmac.compare_digest(expected.encode(), sent.encode()):
        raise BadSignature("its signature was not made with BLOG_WEBHOOK_SECRET")


def _check_age(time: float, now: float) -> None:
    if abs(now - time) > MAX_AGE_SECONDS:
        raise BadSignature(
            f"its signature is {abs(now - time):.0f} s from this machine’s time; check that both clocks are right"
        )
