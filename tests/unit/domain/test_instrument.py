"""Instruments: definition, grid, band, mark."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.grid import Snapped
from cambist.domain.instrument import Instrument, PriceBand, definition_from_decimals, inexact_flags
from cambist.domain.vocabulary import OrderFlag, VenueKind
from cambist.domain.widths import MAX_PRICE
from cambist.testing.builders import define_instrument

BTC: dict[str, Any] = {
    "instrument_id": 1,
    "symbol": "BTCUSDT",
    "tick_size": "0.1",
    "lot_size": "0.001",
    "reference_price": "60000",
    "max_order_qty": 100,
}


def test_a_definition_in_decimals_becomes_integers() -> None:
    command = definition_from_decimals(**BTC, min_notional="5.5", price_band_ppm=50_000)
    assert (command.tick_size, command.lot_size, command.unit_value) == (10_000_000, 100_000, 10_000)
    assert (command.reference_price, command.max_order_qty, command.min_notional) == (600_000, 100_000, 550_000_000)
    instrument = Instrument.from_definition(command)
    assert instrument.value(600_000, 1_000) == 6_000_000_000_000
    assert instrument.is_internal and instrument.is_well_formed


def test_a_multiplier_scales_the_unit_value() -> None:
    assert definition_from_decimals(**BTC, multiplier="0.5").unit_value == 5_000


@pytest.mark.parametrize(
    "change",
    [
        {"tick_size": "0.00000001", "lot_size": "0.5"},
        {"reference_price": "60000.05"},
        {"max_order_qty": "0.0005"},
        {"tick_size": 0},
        {"tick_size": "-1"},
        {"lot_size": 0},
        {"symbol": ""},
        {"symbol": "has space"},
        {"symbol": "x" * 33},
        {"instrument_id": 0},
        {"price_band_ppm": 1_000_000},
        {"min_notional": "-1"},
        {"tick_size": "0.000000001"},
    ],
)
def test_an_inexact_or_unbounded_definition_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueOutOfRange):
        definition_from_decimals(**{**BTC, **change})


def test_prices_and_quantities_go_to_the_grid_and_back() -> None:
    instrument = Instrument.from_definition(definition_from_decimals(**BTC))
    price, qty = instrument.ticks("60000.15"), instrument.lots("0.002")
    assert (price, qty) == (Snapped(600_001, False), Snapped(2, True))
    assert instrument.price_text(600_001) == "60000.1"
    assert instrument.qty_text(2) == "0.002"
    assert inexact_flags(price, qty) == OrderFlag.PRICE_INEXACT
    assert inexact_flags(None, instrument.lots("0.0001")) == OrderFlag.QTY_INEXACT
    assert inexact_flags(None, qty) == OrderFlag.NONE


def test_the_band_is_cut_at_the_ends_of_what_a_price_can_be() -> None:
    free = Instrument.from_definition(define_instrument())
    banded = Instrument.from_definition(define_instrument(price_band=999_999))
    assert free.band(100) == PriceBand(1, MAX_PRICE)
    assert banded.band(1) == PriceBand(1, 1)
    assert banded.band(MAX_PRICE).high == MAX_PRICE
    assert banded.band(100) == PriceBand(1, 199)
    assert banded.band(100).holds(199) and not banded.band(100).holds(200)


@pytest.mark.parametrize(
    ("bid", "ask", "last", "mark"),
    [(0, 0, 0, 100), (0, 120, 0, 100), (95, 0, 97, 97), (95, 100, 0, 97), (50, 60, 0, 90), (150, 160, 120, 132)],
)
def test_the_mark_is_the_middle_held_near_the_anchor(bid: int, ask: int, last: int, mark: int) -> None:
    instrument = Instrument.from_definition(define_instrument(price_band=100_000))
    assert instrument.mark(bid, ask, last) == mark


def test_without_a_band_the_mark_is_free() -> None:
    assert Instrument.from_definition(define_instrument()).mark(1000, 2000, 5) == 1500


def test_an_outside_instrument_is_not_internal() -> None:
    command = replace(define_instrument(), venue=VenueKind.EXTERNAL)
    assert not Instrument.from_definition(command).is_internal
