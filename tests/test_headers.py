"""Every answer carries the security headers."""

import pytest
from flask.testing import FlaskClient

from tests.support.factories import make_article

ADDRESSES = [
    "/",
    "/articles/on-tea",
    "/tags",
    "/nowhere",
    "/static/x/css/site.css",
    "/moderation/",
    "/moderation/login",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_every_response_has_security_headers(client: FlaskClient, address: str, method: str) -> None:
    make_article("On Tea")
    headers = client.open(address, method=method).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_https_responses_have_hsts(client: FlaskClient) -> None:
    answer = client.get("/", base_url="https://blog.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
