"""What a test does if a program that it needs is missing."""

import os
from typing import NoReturn

import pytest


def unavailable(why: str) -> NoReturn:
    """Fail in CI; elsewhere skip. The test run lists skips at its end."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
