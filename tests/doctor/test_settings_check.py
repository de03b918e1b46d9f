"""The findings of ``blog doctor`` about settings that need others."""

from dataclasses import replace

import pytest

from blog.config import Settings
from blog.doctor.settings_check import check_settings
from tests.support.applications import opened

pytestmark = pytest.mark.only_on("sqlite", reason="settings have nothing to do with the database")


@pytest.mark.parametrize(
    ("url", "is_on", "is_warned"),
    [
        ("http://blog.example", True, True),
        ("http://192.0.2.7:8000", True, True),
        ("http://blog.example", False, False),
        ("https://blog.example", True, False),
        ("http://localhost:8000", True, False),
        ("http://127.0.0.1:8000", True, False),
        ("http://[::1]:8000", True, False),
        (None, True, False),
    ],
)
def test_proof_of_work_needs_https_or_this_machine(
    settings: Settings, url: str | None, is_on: bool, is_warned: bool
) -> None:
    with opened(replace(settings, url=url, proof_of_work=is_on)):
        warnings = [finding.what for finding in check_settings() if "BLOG_PROOF_OF_WORK" in finding.what]
    assert [what.startswith(f"BLOG_PROOF_OF_WORK=on needs HTTPS, and BLOG_URL is {url}:") for what in warnings] == (
        [True] if is_warned else []
    )
