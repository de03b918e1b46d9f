"""Signatures of webhooks: valid ones are accepted, and all others are refused with a reason."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from blog.webhooks.signatures import BadSignature, signature_of
from tests.support.webhook_signatures import sign

SECRET = "a secret of sufficient length"
BODY = b'{"id": "7"}'
NOW = 1_790_000_000.0
RECORDED = Path(__file__).parents[1] / "recorded" / "ghost"


def ghost(time: int, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    mac = hmac.new(secret.encode(), body + str(time).encode(), sha256).hexdigest()
    return {"X-Ghost-Signature": f"sha256={mac}, t={time}"}


def shopify(body: bytes = BODY) -> dict[str, str]:
    return {"X-Shopify-Hmac-Sha256": b64encode(hmac.digest(SECRET.encode(), body, sha256)).decode()}


def ours(now: float = NOW, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return {"X-Blog-Signature": sign(body, secret, now)}


@pytest.mark.parametrize("kind", ["ghost", "wordpress", "shopify", "folder"])
def test_the_blog_s_own_signature_is_accepted_for_every_source(kind: str) -> None:
    assert signature_of(kind, ours(), BODY, SECRET, NOW + 200)


def test_each_cms_s_own_signature_is_accepted() -> None:
    assert signature_of("ghost", ghost(int(NOW * 1000)), BODY, SECRET, NOW)
    assert signature_of("shopify", shopify(), BODY, SECRET, NOW)


@pytest.mark.parametrize("name", ["webhook-published", "webhook-edited", "webhook-unpublished", "webhook-deleted"])
def test_a_recorded_signature_of_ghost_is_accepted(name: str) -> None:
    delivery = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    headers = {key: value for key, value in delivery["headers"].items() if key.lower() == "x-ghost-signature"}
    signature = headers.popitem()[1]
    body = delivery["body"].encode()
    time = int(signature.rpartition("t=")[2]) / 1000
    assert signature_of("ghost", {"X-Ghost-Signature": signature}, body, delivery["secret"], time + 1)
    with pytest.raises(BadSignature):
        signature_of("ghost", {"X-Ghost-Signature": signature}, body + b" ", delivery["secret"], time + 1)


@pytest.mark.parametrize(
    ("kind", "headers", "why"),
    [
        ("ghost", {}, "no signature"),
        ("wordpress", ghost(int(NOW * 1000)), "no signature"),
        ("folder", shopify(), "no signature"),
        ("ghost", ghost(int(NOW * 1000), body=b"other"), "BLOG_WEBHOOK_SECRET"),
        ("ghost", ghost(int(NOW * 1000), secret="another secret, just as long"), "BLOG_WEBHOOK_SECRET"),
        ("ghost", ghost(int((NOW - 400) * 1000)), "clocks"),
        ("ghost", ghost(int((NOW + 400) * 1000)), "clocks"),
        ("ghost", {"X-Ghost-Signature": "sha256=00, t=1"}, "another form"),
        ("shopify", shopify(b"other"), "BLOG_WEBHOOK_SECRET"),
        ("shopify", {"X-Shopify-Hmac-Sha256": "Ünsinn"}, "BLOG_WEBHOOK_SECRET"),
        ("wordpress", ours(body=b"other"), "BLOG_WEBHOOK_SECRET"),
        ("wordpress", ours(NOW - 301), "clocks"),
        ("wordpress", {"X-Blog-Signature": "v1=00"}, "another form"),
        ("ghost", {"X-Blog-Signature": "nonsense"} | ghost(int(NOW * 1000)), "another form"),
    ],
)
def test_other_signatures_are_refused_with_a_reason(kind: str, headers: dict[str, str], why: str) -> None:
    with pytest.raises(BadSignature, match=why):
        signature_of(kind, headers, BODY, SECRET, NOW)
