"""Whence a request comes."""

import pytest
from flask import Flask, request

from blog.clients import is_same_origin, shortened_address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_is_shortened_to_its_network(address: str | None, network: str) -> None:
    assert shortened_address(address) == network


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://blog.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://blog.example"}, True),
        ({"Origin": "https://public.example"}, True),
        ({"Origin": "http://blog.example.evil.example"}, False),
        ({"Origin": "http://blog.example:8080"}, False),
        ({"Origin": "null"}, False),
        ({}, True),
    ],
)
def test_only_this_site_s_own_pages_may_post(headers: dict[str, str], passes: bool) -> None:
    with Flask(__name__).test_request_context("/", base_url="http://blog.example", headers=headers):
        assert is_same_origin(request, "https://public.example") is passes
