"""Amounts of an order on the grid, and the flags of what is off it."""

from __future__ import annotations

import pytest

from cambist.domain.instrument import Instrument, definition_from_decimals
from cambist.domain.order_amounts import OrderAmounts
from cambist.domain.vocabulary import OrderFlag

INSTRUMENT = Instrument.from_definition(
    definition_from_decimals(
        instrument_id=1, symbol="X", tick_size="0.1", lot_size="0.001", reference_price="100", max_order_qty="10"
    )
)


@pytest.fixture
def amounts() -> OrderAmounts:
    return OrderAmounts(INSTRUMENT.ticks, INSTRUMENT.lots)


def test_what_fits_raises_no_flag_and_nothing_is_zero(amounts: OrderAmounts) -> None:
    assert (amounts.ticks("99.9"), amounts.lots("0.5"), amounts.ticks(None), amounts.lots(None)) == (999, 500, 0, 0)
    assert amounts.flags == OrderFlag.NONE


def test_each_amount_off_the_grid_raises_its_flag_and_none_lowers_it(amounts: OrderAmounts) -> None:
    assert amounts.ticks("99.95") == 999
    assert amounts.flags == OrderFlag.PRICE_INEXACT
    amounts.ticks("99.9")
    amounts.lots("0.0001")
    assert amounts.flags == OrderFlag.PRICE_INEXACT | OrderFlag.QTY_INEXACT


def test_flags_are_asked_by_name() -> None:
    assert OrderFlag.asked() == OrderFlag.NONE
    everything = OrderFlag.asked(post_only=True, reduce_only=True, hidden=True, reprice=True)
    assert everything == OrderFlag.POST_ONLY | OrderFlag.REDUCE_ONLY | OrderFlag.HIDDEN | OrderFlag.REPRICE
    assert OrderFlag.asked(hidden=True) == OrderFlag.HIDDEN
