"""Prices and quantities at the author's edge: exact in, floats only through doors that round away from aggression."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cambist.application.strategy import prices
from cambist.application.strategy.book import Book
from cambist.domain.errors import StrategyError
from cambist.domain.instrument import Instrument, definition_from_decimals
from cambist.domain.vocabulary import Side

BTC = Instrument.from_definition(
    definition_from_decimals(
        instrument_id=1,
        symbol="BTCUSDT",
        tick_size="0.1",
        lot_size="0.001",
        reference_price="60000",
        max_order_qty="100",
    )
)


def book(bid: int, ask: int) -> Book:
    made = Book(BTC)
    if bid:
        made.replica.set_level(Side.BUY, bid, 5)
    if ask:
        made.replica.set_level(Side.SELL, ask, 7)
    return made


@pytest.mark.parametrize("price", [60000.1, float("nan"), True, None, "sixty", "NaN", "Infinity", [1]])
def test_an_inexact_price_is_refused_with_what_to_do(price: object) -> None:
    with pytest.raises(StrategyError, match=r"Use Decimal|Write it"):
        prices.exact_ticks(BTC, price)  # type: ignore[arg-type]


@pytest.mark.parametrize("price", [60000, "60000.0", Decimal("60000")])
def test_decimal_int_and_text_are_exact(price: Decimal | int | str) -> None:
    assert prices.exact_ticks(BTC, price).steps == 600_000


@pytest.mark.parametrize(
    ("price", "side", "expected"),
    [
        (60000.17, Side.BUY, "60000.1"),
        (60000.11, Side.SELL, "60000.2"),
        (0.1 + 0.2, Side.SELL, "0.3"),
        (0.1 + 0.2, Side.BUY, "0.3"),
        (Decimal("60000.05"), Side.BUY, "60000.0"),
        (60000, Side.SELL, "60000.0"),
    ],
)
def test_rounding_to_a_tick_is_never_more_aggressive(price: float, side: Side, expected: str) -> None:
    assert str(prices.round_to_tick(BTC, price, side)) == expected


def test_rounding_to_a_lot_is_down() -> None:
    assert prices.round_to_lot(BTC, 0.0129999) == Decimal("0.012")


def test_what_was_divided_by_zero_is_no_price() -> None:
    with pytest.raises(StrategyError):
        prices.round_to_tick(BTC, float("inf"), Side.BUY)


def test_prices_derived_from_the_book_round_away_from_it() -> None:
    market = book(600_001, 600_003)
    assert market.bid_minus_bps(2.0) == Decimal("59988.0")
    assert market.ask_plus_bps(2.0) == Decimal("60012.4")
    assert market.mid == Decimal("60000.2")
    assert market.mid_minus_bps(1.0) == Decimal("59994.1")
    assert market.mid_plus_bps(1.0) == Decimal("60006.3")
    assert market.spread == Decimal("0.2")


def test_an_empty_side_has_no_prices() -> None:
    market = book(0, 600_003)
    assert (market.best_bid, market.mid, market.spread) == (None, None, None)
    assert market.bid_minus_bps(2.0) is None
    assert market.mid_plus_bps(2.0) is None
    assert not market.is_two_sided
    assert market.asks() == [(Decimal("60000.3"), Decimal("0.007"))]
