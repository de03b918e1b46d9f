"""A test that does not end, for ``test_killed_run.py``. It has started every kind of process that tests start."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support import shared
from tests.support.process_groups import start_group
from tests.support.servers import served


@pytest.mark.usefixtures("postgresql")
def test_nothing_until_this_run_is_killed(chromium: Browser, tmp_path: Path) -> None:
    with (
        served(tmp_path, BLOG_SOURCE=f"folder:{tmp_path}") as blog,
        chromium.new_page() as page,
        (tmp_path / "output").open("wb") as output,
    ):
        page.goto(blog.url)
        start_group(["sleep", "600"], subprocess.DEVNULL, output)
        Path(os.environ["ENDLESS_READY"]).write_text(str(shared.folder()), encoding="utf-8")
        time.sleep(600)
