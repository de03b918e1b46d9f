"""Which requests come from a page of this site."""

import pytest
from flask import Flask, request

from blog.same_origin import is_same_origin


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
        ({"Origin": ""}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": "//"}, False),
        ({}, True),
    ],
)
def test_only_this_site_s_own_pages_may_post(headers: dict[str, str], passes: bool) -> None:
    with Flask(__name__).test_request_context("/", base_url="http://blog.example", headers=headers):
        assert is_same_origin(request, "https://public.example") is passes
