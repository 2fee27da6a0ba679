"""The page, in a real Chromium, against a real market."""

from __future__ import annotations

import json
import re
import urllib.request

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from real_browser import PHONE
from running_market import RunningMarket

SECTIONS = ("Market", "Trade", "Orders", "Strategies", "P&L, risk")
LIVELY_MS = 30_000
REFUSED = "the server responded with a status of"
"""Chromium itself writes this to the console for every refused request."""


def _wait_for_change(page: Page, locator: Locator) -> None:
    before = locator.inner_text()
    expect(locator).not_to_have_text(before, timeout=LIVELY_MS)


def _ladder_price(page: Page, side: str) -> str:
    prices = page.locator(f"[data-testid=ladder] .{side} .price")
    return prices.last.inner_text().replace(",", "")


def _write_ticket(page: Page, price: str, qty: str) -> None:
    page.fill("#ticket-price", price)
    page.fill("#ticket-qty", qty)
    page.get_by_test_id("send").click()


def _step(page: Page, field: str) -> str:
    text = page.locator(f"label[for={field}] .step").inner_text()
    return text.rsplit(" ", 1)[-1]


def _smallest_qty(page: Page, price: str) -> str:
    """A few lots: enough for the instrument's minimum notional."""
    notional = float(page.locator("dl div", has_text="Smallest notional").locator("dd").inner_text().replace(",", ""))
    lot = _step(page, "ticket-qty")
    places = len(lot.partition(".")[2])
    lots = int(notional * 1.5 / (float(price) * float(lot))) + 1
    return f"{lots * float(lot):.{places}f}"


def _hold(page: Page, button: Locator) -> None:
    button.hover()
    page.mouse.down()
    expect(button).not_to_be_visible()
    page.mouse.up()


def test_the_page_loads_without_console_errors_and_from_its_own_origin_only(page, market, troubles):
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.reload()
    page.locator("[data-testid=ladder] .row").first.wait_for()
    expect(page.get_by_test_id("equity")).to_have_text(re.compile(r"\d"))
    expect(page.get_by_test_id("kernel")).to_have_text(re.compile("python|native"))
    assert troubles == []
    assert requested
    assert [url for url in requested if not url.startswith(market.url)] == []


def test_candles_ladder_trades_and_clock_move(page, troubles):
    candles = page.get_by_test_id("candles")
    page.wait_for_function("Number(document.querySelector('[data-testid=candles]').dataset.count) > 0")
    assert candles.locator("canvas").count() > 0
    _wait_for_change(page, page.locator("[data-testid=ladder] .bids"))
    _wait_for_change(page, page.get_by_role("region", name="Trades").locator("tbody"))
    _wait_for_change(page, page.get_by_test_id("engine-time"))
    assert troubles == []


def test_every_symbol_can_be_looked_at(page, troubles):
    symbols = page.get_by_role("radiogroup", name="Symbol").locator("label")
    for place in range(symbols.count()):
        name = symbols.nth(place).locator("strong").inner_text()
        symbols.nth(place).click()
        expect(page.get_by_role("region", name="Chart").locator("h2")).to_have_text(name)
        page.locator("[data-testid=ladder] .row").first.wait_for()
    assert troubles == []


def test_an_order_shows_among_the_open_ones_and_leaves_when_canceled(page, troubles):
    price = f"{float(_ladder_price(page, 'bids')) * 0.97:.0f}"
    _write_ticket(page, price, _smallest_qty(page, price))
    result = page.get_by_test_id("outcome")
    expect(result).to_contain_text("order")
    order_id = result.inner_text().rsplit(" ", 1)[-1].strip()
    row = page.locator(f"[data-testid=open-orders] [data-order='{order_id}']")
    expect(row).to_contain_text("Buy")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(0)
    page.get_by_role("tab", name="History").click()
    expect(page.locator(f"[data-testid=order-history] [data-order='{order_id}']")).to_contain_text("Canceled")
    assert troubles == []


def test_a_market_order_fills_and_its_position_can_be_flattened(page, troubles):
    price = _ladder_price(page, "asks")
    page.get_by_role("radiogroup", name="Order type").get_by_text("Market").click()
    page.fill("#ticket-qty", _smallest_qty(page, price))
    page.get_by_test_id("send").click()
    page.get_by_role("tab", name="Positions").click()
    own = page.locator("[data-testid=positions] tr", has_text="manual")
    expect(own).to_contain_text("Long")
    own.get_by_role("button", name="Flatten").click()
    expect(own).to_have_count(0)
    page.get_by_role("tab", name="Fills").click()
    expect(page.locator("[data-testid=fills] tr", has_text="manual").first).to_be_visible()
    assert troubles == []


def test_a_stop_waits_with_its_trigger_among_the_open_orders(page, troubles):
    price = float(_ladder_price(page, "asks"))
    page.get_by_test_id("other-types").select_option("STOP")
    page.fill("#ticket-trigger", f"{price * 1.03:.0f}")
    page.fill("#ticket-qty", _smallest_qty(page, f"{price:.0f}"))
    page.get_by_test_id("send").click()
    result = page.get_by_test_id("outcome")
    expect(result).to_contain_text("order")
    order_id = result.inner_text().rsplit(" ", 1)[-1].strip()
    row = page.locator(f"[data-testid=open-orders] [data-order='{order_id}']")
    expect(row).to_contain_text("stop at")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(0)
    assert troubles == []


def _open_row(page: Page, order_id: str) -> Locator:
    return page.locator(f"[data-testid=open-orders] [data-order='{order_id}']")


def _sent_ids(page: Page) -> list[str]:
    result = page.get_by_test_id("outcome")
    expect(result).to_contain_text("orders")
    return re.findall(r"\d{2,}", result.inner_text().rsplit("orders", 1)[-1])


def test_an_open_order_can_be_amended(page, troubles):
    price = float(_ladder_price(page, "bids"))
    _write_ticket(page, f"{price * 0.97:.0f}", _smallest_qty(page, f"{price * 0.95:.0f}"))
    result = page.get_by_test_id("outcome")
    expect(result).to_contain_text("order")
    row = _open_row(page, result.inner_text().rsplit(" ", 1)[-1].strip())
    row.get_by_role("button", name="Amend").click()
    send = page.get_by_test_id("amend-send")
    expect(send).to_be_disabled()
    page.fill("#amend-price", f"{price / 2:.0f}")
    send.click()
    expect(page.get_by_role("dialog")).to_contain_text("PRICE_BAND")
    page.fill("#amend-price", f"{price * 0.96:.0f}")
    send.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row).to_contain_text(f"{round(price * 0.96):,}")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(0)
    assert troubles.unexpected(REFUSED) == []


def test_a_bracket_is_sent_whole_and_ends_with_its_entry(page, troubles):
    price = float(_ladder_price(page, "bids"))
    page.get_by_test_id("plan").select_option("BRACKET")
    page.fill("#ticket-take-profit", f"{price * 1.03:.0f}")
    page.fill("#ticket-price", f"{price * 0.97:.0f}")
    page.fill("#ticket-qty", _smallest_qty(page, f"{price * 0.9:.0f}"))
    expect(page.get_by_test_id("send")).to_be_disabled()
    page.fill("#ticket-stop-loss", f"{price * 0.94:.0f}")
    page.get_by_test_id("send").click()
    profit, stop, entry = _sent_ids(page)
    expect(_open_row(page, profit)).to_contain_text("Suspended")
    expect(_open_row(page, stop)).to_contain_text("stop at")
    expect(_open_row(page, entry)).to_contain_text("bracket entry")
    _open_row(page, entry).get_by_role("button", name="Cancel").click()
    for order_id in (profit, stop, entry):
        expect(_open_row(page, order_id)).to_have_count(0)
    assert troubles == []


def test_of_a_pair_one_order_cancels_the_other(page, troubles):
    price = float(_ladder_price(page, "bids"))
    page.get_by_test_id("plan").select_option("OCO")
    page.fill("#ticket-stop-loss", f"{price * 1.03:.0f}")
    page.fill("#ticket-price", f"{price * 0.97:.0f}")
    page.fill("#ticket-qty", _smallest_qty(page, f"{price * 0.9:.0f}"))
    page.get_by_test_id("send").click()
    limit, stop = _sent_ids(page)
    expect(_open_row(page, stop)).to_contain_text("stop at")
    _open_row(page, limit).get_by_role("button", name="Cancel").click()
    for order_id in (limit, stop):
        expect(_open_row(page, order_id)).to_have_count(0)
    assert troubles == []


def _ask(market: RunningMarket, path: str, body: dict[str, object]) -> None:
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{market.url}api/v1/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status < 300


def test_phases_and_auctions_are_shown(page, market, troubles):
    symbols = page.get_by_role("radiogroup", name="Symbol")
    facts = page.get_by_test_id("session")
    try:
        _ask(market, "sessions/SOLUSDT/phase", {"phase": "CLOSING_AUCTION"})
        expect(symbols.locator("label", has_text="SOLUSDT")).to_contain_text("AUCTION")
        symbols.locator("label", has_text="SOLUSDT").click()
        expect(facts).to_contain_text("Indicative")
        expect(facts).to_contain_text("Imbalance")
        _ask(market, "sessions/SOLUSDT/halt", {"cause": "a drill", "duration_ms": 60_000})
        expect(symbols.locator("label", has_text="SOLUSDT")).to_contain_text("HALTED")
        expect(facts.locator(".phase")).to_have_attribute("title", re.compile("Requested: a drill"))
    finally:
        _ask(market, "sessions/SOLUSDT/phase", {"phase": "CONTINUOUS"})
    expect(symbols.locator("label", has_text="SOLUSDT")).not_to_contain_text("HALTED")
    assert troubles == []


def test_holdings_are_shown_where_there_are_any_and_spot_orders_stand_alone(page, market, troubles):
    expect(page.get_by_role("tab", name="Holdings")).to_have_count(0)
    for name in ("COIN", "CASH"):
        _ask(market, "assets", {"name": name})
    _ask(market, "holdings/adjust", {"asset": "CASH", "amount": "500"})
    grid = {"tick_size": "0.5", "lot_size": "0.01", "reference_price": "10", "max_order_qty": "100"}
    _ask(market, "instruments", {"symbol": "COINCASH", "base_asset": "COIN", "quote_asset": "CASH", **grid})
    page.reload()
    page.get_by_role("radiogroup", name="Symbol").locator("label", has_text="COINCASH").click()
    expect(page.get_by_test_id("plan")).to_have_count(0)
    _write_ticket(page, "9.5", "2")
    expect(page.get_by_test_id("outcome")).to_contain_text("New")
    page.get_by_role("tab", name="Holdings").click()
    expect(page.get_by_test_id("holdings")).to_contain_text("19")
    expect(page.get_by_test_id("holdings")).to_contain_text("481")
    assert troubles == []


def test_a_refused_order_shows_its_code_and_what_to_do(page, troubles):
    price = _ladder_price(page, "bids")
    far = f"{float(price) / 2:.0f}"
    _write_ticket(page, far, _smallest_qty(page, far))
    result = page.get_by_test_id("outcome")
    expect(result).to_contain_text("PRICE_BAND")
    expect(result).to_contain_text("Bring the price closer to the mark")
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_test_id("order-history")).to_contain_text("PRICE_BAND")
    assert troubles.unexpected(REFUSED) == []


def test_the_ladder_writes_prices_into_the_ticket(page):
    page.locator("[data-testid=ladder] .bids .row").last.click()
    expect(page.locator("#ticket-price")).to_have_value(re.compile(r"^\d+(\.\d+)?$"))


def test_a_strategy_can_be_paused_and_resumed(page, troubles):
    card = page.locator("[data-strategy]").first
    expect(card).to_contain_text("RUNNING")
    card.get_by_role("button", name=re.compile("^pause")).click()
    expect(card).to_contain_text("PAUSED")
    card.get_by_role("button", name=re.compile("^resume")).click()
    expect(card).to_contain_text("RUNNING")
    assert troubles == []


def test_a_strategy_that_was_killed_shows_it_and_is_let_trade_again(page, market, troubles):
    _ask(market, "risk/kill", {"cause": "a drill", "strategy": "momentum"})
    card = page.locator("[data-strategy=momentum]")
    expect(card).to_contain_text("HALTED")
    expect(page.get_by_test_id("trading-state")).to_contain_text("ACTIVE")
    card.get_by_role("button", name="let momentum trade").click()
    expect(card).not_to_contain_text("HALTED")
    assert troubles == []


def test_a_parameter_can_be_edited_while_the_strategy_runs(page, troubles):
    field = page.locator("[data-strategy] input.field:enabled").first
    field_id = field.get_attribute("id")
    before = field.input_value()
    places = len(before.partition(".")[2])
    after = f"{float(before) * 2:.{places}f}"
    field.fill(after)
    field.press("Enter")
    expect(page.get_by_test_id("notice").filter(has_text="changed")).to_be_visible()
    page.reload()
    again = page.locator(f"#{field_id}")
    expect(again).to_have_value(re.compile(rf"^{re.escape(after.rstrip('0').rstrip('.'))}"))
    assert troubles == []


def test_a_parameter_beyond_its_bounds_cannot_be_set(page):
    field = page.locator("[data-strategy] .parameter[title*=' to '] input.field:enabled").first
    field.fill("-1000000")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-strategy] .parameter button", has_text="Set")).to_be_disabled()
    field.press("Escape")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_limits_show_their_use_and_latency_its_percentiles(page, troubles):
    page.get_by_role("tab", name="Limits").click()
    expect(page.get_by_test_id("limits").locator("li").first).to_be_visible()
    page.get_by_role("tab", name="Latency").click()
    expect(page.get_by_test_id("latency")).to_contain_text("µs")
    assert troubles == []


def test_tabs_are_moved_through_with_the_arrow_keys(page):
    page.get_by_role("tab", name="P&L").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Limits")).to_be_focused()
    expect(page.get_by_role("tab", name="Limits")).to_have_attribute("aria-selected", "true")


def test_the_kill_switch_wants_a_cause_halts_trading_and_can_be_reset(page, troubles):
    page.get_by_test_id("kill").click()
    hold = page.get_by_role("dialog").get_by_role("button", name=re.compile("Give a cause|Hold"))
    expect(hold).to_be_disabled()
    page.fill("#kill-cause", "Drill of the page's test")
    hold.click()
    expect(page.get_by_test_id("killed-banner")).to_have_count(0)
    _hold(page, page.get_by_role("button", name=re.compile("Hold to stop|Keep holding")))
    expect(page.get_by_test_id("trading-state")).to_contain_text("KILLED")
    expect(page.get_by_test_id("killed-banner")).to_contain_text("Kill switch engaged")

    price = _ladder_price(page, "bids") if page.locator("[data-testid=ladder] .bids .price").count() else "1000"
    _write_ticket(page, price, _smallest_qty(page, price))
    expect(page.get_by_test_id("outcome")).to_contain_text("TRADING_HALTED")

    _settle(page, "Reset", "Reset kill switch")
    expect(page.get_by_test_id("trading-state")).to_contain_text("HALTED")
    _settle(page, "Resume trading", "Make trading active")
    expect(page.get_by_test_id("trading-state")).to_contain_text("ACTIVE")
    expect(page.get_by_test_id("killed-banner")).to_have_count(0)
    assert troubles.unexpected(REFUSED) == []


def _settle(page: Page, first: str, second: str) -> None:
    page.get_by_test_id("killed-banner").get_by_role("button", name=first).click()
    page.fill("#reset-cause", "The drill is over")
    page.get_by_role("button", name=second).click()


@pytest.mark.parametrize("width", [360, 390, 899, 900, 1180, 1280, 1440, 1920])
def test_nothing_overflows_sideways(browser: Browser, market: RunningMarket, width: int):
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(market.url)
    page.locator("[data-testid=link][data-phase=connected]").wait_for()
    page.get_by_test_id("day-pnl").filter(has_text=re.compile(r"\d")).wait_for()
    for section in SECTIONS if width < 900 else ():
        page.get_by_role("navigation").get_by_role("button", name=section).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, section
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_phone_reaches_every_section(browser: Browser, market: RunningMarket):
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(market.url)
    proof = {
        "Market": page.get_by_test_id("ladder"),
        "Trade": page.get_by_test_id("send"),
        "Orders": page.get_by_role("tab", name="Positions"),
        "Strategies": page.locator("[data-strategy]").first,
        "P&L, risk": page.get_by_test_id("limits"),
    }
    for section, shown in proof.items():
        page.get_by_role("navigation").get_by_role("button", name=section).tap()
        expect(shown).to_be_visible()
    context.close()
