"""Every answer carries the security headers."""

from itertools import product

from flask.testing import FlaskClient

from tests.support.factories import make_article

ADDRESSES = (
    "/",
    "/articles/on-tea",
    "/tags",
    "/nowhere",
    "/static/x/css/site.css",
    "/moderation/",
    "/moderation/login",
)


def test_every_response_has_security_headers(client: FlaskClient) -> None:
    make_article("On Tea")
    for address, method in product(ADDRESSES, ("GET", "HEAD", "POST", "OPTIONS")):
        headers = client.open(address, method=method).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, (method, address)
        assert "frame-ancestors 'none'" in policy, (method, address)
        assert "unsafe" not in policy, (method, address)
        assert "*" not in policy, (method, address)
        assert headers["X-Content-Type-Options"] == "nosniff", (method, address)
        assert headers["Referrer-Policy"], (method, address)
        assert "camera=()" in headers["Permissions-Policy"], (method, address)
        assert "Strict-Transport-Security" not in headers, (method, address)


def test_https_responses_have_hsts(client: FlaskClient) -> None:
    answer = client.get("/", base_url="https://blog.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
