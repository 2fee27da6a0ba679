"""A real market and a real browser for the page's tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from real_browser import DESK, find_chromium, launch
from running_market import RunningMarket

BUILT_PAGE = "src/cambist/presentation/web/static/index.html"
QUICKLY_MS = 15_000


def _missing(reason: str) -> None:
    if os.environ.get("HFT_REQUIRE_BROWSER") == "1":
        pytest.fail(f"HFT_REQUIRE_BROWSER=1, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser(repository: Path) -> Iterator[Browser]:
    """Not longer than a module: while Playwright runs, no other test of the session could run an event loop."""
    if not (repository / BUILT_PAGE).is_file():
        _missing("the page is not built: run make web")
    executable = find_chromium()
    if executable is None:
        _missing("no browser was found: install chromium, or name one in CHROMIUM")
    assert executable is not None
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def market(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMarket]:
    """The browser comes first: where there is none, nothing is started."""
    market = RunningMarket(tmp_path_factory.mktemp("market") / "data", "--seed", "7")
    market.start()
    yield market
    market.stop()


class Troubles(list[str]):
    """What went wrong inside the page while a test looked at it."""

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.append(str(error)))
        page.on("requestfailed", lambda request: self.append(f"{request.url}: {request.failure}"))

    def unexpected(self, *expected: str) -> list[str]:
        return [trouble for trouble in self if not any(text in trouble for text in expected)]


@pytest.fixture
def troubles() -> Troubles:
    return Troubles()


@pytest.fixture
def page(browser: Browser, market: RunningMarket, troubles: Troubles) -> Iterator[Page]:
    """The page at a desk's width, connected."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.set_default_timeout(QUICKLY_MS)
    troubles.watch(page)
    page.goto(market.url)
    page.locator("[data-testid=link][data-phase=connected]").wait_for()
    page.locator("[data-testid=ladder] .row").first.wait_for()
    yield page
    context.close()
