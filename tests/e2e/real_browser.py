"""Chromium as the machine has it."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright, ViewportSize

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


def find_chromium() -> str | None:
    """$CHROMIUM, or the one on the path."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((found for name in candidates if (found := shutil.which(name))), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    """Headless, without a sandbox (tests run as root in containers), and quiet on the network."""
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
