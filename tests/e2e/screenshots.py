"""Take the pictures in docs/images anew, from a running market (`make screenshots`)."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from png import with_palette
from real_browser import PHONE, find_chromium, launch
from running_market import RunningMarket

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SIZE_BYTES_MAX = 200_000
DESK_PICTURE: ViewportSize = {"width": 1440, "height": 900}
WARM_UP_S = 120.0
"""Long enough for candles, fills and a P&L curve that say something."""


def main() -> int:
    """The exit code."""
    executable = find_chromium()
    if executable is None:
        sys.stderr.write("No browser was found: install chromium, or name one in CHROMIUM.\n")
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        market = RunningMarket(Path(folder) / "data", "--seed", "7")
        market.start()
        try:
            browser = launch(playwright, executable)
            time.sleep(WARM_UP_S)
            _take(browser, market.url)
            browser.close()
        finally:
            market.stop()
    return max(_check(path) for path in sorted(IMAGES.glob("market*.png")))


def _take(browser: Browser, url: str) -> None:
    desk = browser.new_page(viewport=DESK_PICTURE)
    desk.goto(url)
    desk.locator("[data-testid=ladder] .row").first.wait_for()
    desk.get_by_role("tab", name="Fills").click()
    desk.wait_for_timeout(2_000)
    _save("market.png", desk)
    phone = browser.new_page(viewport=PHONE, device_scale_factor=1.5, is_mobile=True)
    phone.goto(url)
    phone.locator("[data-testid=ladder] .row").first.wait_for()
    phone.wait_for_timeout(2_000)
    _save("market-phone.png", phone)


def _save(name: str, page: Page) -> None:
    (IMAGES / name).write_bytes(with_palette(page.screenshot()))


def _check(path: Path) -> int:
    size_bytes = path.stat().st_size
    sys.stdout.write(f"{path.relative_to(IMAGES.parents[1])}  {size_bytes:,} bytes\n")
    return int(size_bytes > SIZE_BYTES_MAX)


if __name__ == "__main__":
    sys.exit(main())
