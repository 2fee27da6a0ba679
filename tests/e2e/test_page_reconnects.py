"""The page while its server goes away and comes back."""

from __future__ import annotations

from playwright.sync_api import expect

RESTART_MS = 60_000


def test_the_page_says_that_it_is_cut_off_and_carries_on_after_a_restart(page, market, troubles):
    order_id = _rest_an_order(page)
    before = page.get_by_test_id("engine-time").inner_text()
    market.stop()
    banner = page.get_by_test_id("connection-banner")
    expect(banner).to_contain_text("Disconnected, reconnecting")
    expect(page.get_by_test_id("link")).to_contain_text("Offline")

    market.start()
    banner.get_by_role("button", name="Retry now").or_(page.locator("[data-phase=connected]")).first.wait_for()
    expect(page.get_by_test_id("link")).to_contain_text("Live", timeout=RESTART_MS)
    expect(banner).to_have_count(0)
    expect(page.get_by_test_id("engine-time")).not_to_have_text(before)
    expect(page.locator(f"[data-testid=open-orders] [data-order='{order_id}']")).to_be_visible()
    only_the_cut = ("ERR_CONNECTION_REFUSED", "WebSocket connection", "ERR_CONNECTION_RESET")
    assert troubles.unexpected(*only_the_cut) == []


def _rest_an_order(page) -> str:
    """A bid some way below the market, so that it is still there afterwards."""
    best = page.locator("[data-testid=ladder] .bids .price").first.inner_text().replace(",", "")
    page.fill("#ticket-price", f"{float(best) * 0.95:.0f}")
    lot = page.locator("label[for=ticket-qty] .step").inner_text().rsplit(" ", 1)[-1]
    page.fill("#ticket-qty", lot.replace("0.", "1.", 1) if "." in lot else lot)
    page.get_by_test_id("send").click()
    result = page.get_by_test_id("outcome")
    expect(result).to_contain_text("order")
    return result.inner_text().rsplit(" ", 1)[-1].strip()
