"""``make pictures``: take the pictures of docs/moderation.md anew, from a blog of invented people."""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from tests.browser.conftest import HEADLESS_SHELL, PROGRAMS, SWITCHES
from tests.pictures.scene import MODERATOR, set_scene
from tests.support.browsers import card, sign_in
from tests.support.servers import Served, served

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DESK: ViewportSize = {"width": 1120, "height": 720}
FORM: ViewportSize = {"width": 1120, "height": 960}
PHONE: ViewportSize = {"width": 390, "height": 720}
QUALITY = 82
MAX_BYTES = 80_000
SPAM = "GREAT POST"


@dataclass(frozen=True)
class Picture:
    """What a picture is called, how one gets there from the queue, and which part of the page it shows."""

    name: str
    go: Callable[[Page], Locator | None]
    """Leads to what is shown; all that is in sight where it returns nothing."""
    viewport: ViewportSize


def _queue(_: Page) -> None:
    """The queue is where everything begins."""


def _reason(page: Page) -> Locator:
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.type("Well water is another article’s.")
    return card(page, "Does this work")


def _details(page: Page) -> Locator:
    found = card(page, SPAM)
    found.locator(".card__details summary").click()
    return found


def _rule(page: Page) -> None:
    _details(page).get_by_role("link", name="Block…").click()
    page.get_by_role("link", name="Domain").click()


def _statistics(page: Page) -> None:
    page.goto("/moderation/statistics")


def _log(page: Page) -> None:
    page.goto("/moderation/log")


def _account(page: Page) -> None:
    page.goto("/moderation/account")


PICTURES = (
    Picture("queue", _queue, DESK),
    Picture("phone", _queue, PHONE),
    Picture("reason", _reason, DESK),
    Picture("details", _details, DESK),
    Picture("rule", _rule, FORM),
    Picture("statistics", _statistics, DESK),
    Picture("log", _log, DESK),
    Picture("account", _account, DESK),
)


def main() -> None:
    """Take all pictures, or those that are named on the command line."""
    wanted = [picture for picture in PICTURES if not sys.argv[1:] or picture.name in sys.argv[1:]]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as blog, sync_playwright() as playwright:
        with blog.rows():
            set_scene()
        browser = playwright.chromium.launch(executable_path=_chromium(), args=SWITCHES)
        for picture in wanted:
            _save(picture.name, _take(browser, blog, picture))
        browser.close()


def _take(browser: Browser, blog: Served, picture: Picture) -> bytes:
    """The picture as a PNG; two pixels for each of the page's would double what the guide weighs."""
    page = browser.new_page(base_url=blog.url, viewport=picture.viewport, color_scheme="light", reduced_motion="reduce")
    sign_in(page, blog, MODERATOR)
    card(page, "I have made it").and_(page.locator(":focus")).wait_for()
    shown = picture.go(page)
    png = shown.screenshot() if shown else page.screenshot()
    page.get_by_role("button", name="Sign out everywhere").dispatch_event("click")
    page.wait_for_url("**/login*")
    page.close()
    return png


def _save(name: str, png: bytes) -> None:
    path = FOLDER / f"{name}.webp"
    Image.open(io.BytesIO(png)).convert("RGB").save(path, quality=QUALITY, method=6)
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {size:,} bytes\n")
    if size > MAX_BYTES:
        sys.exit(f"pictures: {path.name} is larger than {MAX_BYTES:,} bytes; show less in it")


def _chromium() -> str:
    program = next(filter(None, map(shutil.which, (HEADLESS_SHELL, *PROGRAMS))), None)
    return program or sys.exit("pictures: no Chromium is installed (on Debian: apt install chromium-headless-shell)")


if __name__ == "__main__":
    main()
