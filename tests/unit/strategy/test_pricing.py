"""How an order is priced becomes its type and its instructions."""

from __future__ import annotations

import pytest

from cambist.application.strategy.order_building import build_order
from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.order_options import OrderOptions
from cambist.application.strategy.outbox import Outbox
from cambist.application.strategy.pricing import (
    MARKET,
    MARKET_TO_LIMIT,
    Pricing,
    limit_if_touched,
    market_if_touched,
    pegged,
    stop,
    stop_limit,
    trailing_stop,
)
from cambist.domain.commands import NewInstructedOrder, NewOrder
from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.instrument import Instrument, definition_from_decimals
from cambist.domain.vocabulary import OffsetUnit, OrderFlag, OrderType, PegReference, Side, TimeInForce, TriggerSource

BTC = Instrument.from_definition(
    definition_from_decimals(
        instrument_id=1,
        symbol="BTCUSDT",
        tick_size="0.5",
        lot_size="0.01",
        reference_price="100",
        max_order_qty="100",
    )
)


class Actions:
    """Nothing is asked of these orders."""

    def amend(self, order: OrderHandle, price: DecimalInput | None, qty: DecimalInput | None) -> None:
        raise AssertionError("nothing is amended")

    def cancel(self, order: OrderHandle) -> None:
        raise AssertionError("nothing is canceled")


def sent(price: DecimalInput | Pricing | None, options: OrderOptions | None = None) -> NewOrder:
    """The command that an order becomes."""
    outbox = Outbox(account_id=1, strategy_id=2)
    outbox.place(build_order(Actions(), BTC, (Side.SELL, 1, price), options or OrderOptions()))
    (command,), _ = outbox.take(5)
    assert isinstance(command, NewOrder)
    return command


@pytest.mark.parametrize("price", [MARKET, MARKET_TO_LIMIT, "99.5"])
def test_a_plain_price_is_a_plain_order(price: DecimalInput | Pricing) -> None:
    assert type(sent(price)) is NewOrder


def test_a_stop_carries_its_trigger_and_no_price() -> None:
    command = sent(stop("99.5", watch="mark"))
    assert isinstance(command, NewInstructedOrder)
    assert (command.order_type, command.price, command.trigger_price) == (OrderType.STOP, 0, 199)
    assert (command.trigger_source, command.time_in_force) == (TriggerSource.MARK, TimeInForce.GTC)


@pytest.mark.parametrize(
    ("price", "order_type"),
    [(stop_limit(99, 98), OrderType.STOP_LIMIT), (limit_if_touched(99, 98), OrderType.LIMIT_IF_TOUCHED)],
)
def test_a_trigger_with_a_limit_carries_both(price: Pricing, order_type: OrderType) -> None:
    command = sent(price)
    assert isinstance(command, NewInstructedOrder)
    assert (command.order_type, command.trigger_price, command.price) == (order_type, 198, 196)


def test_market_if_touched_carries_its_trigger() -> None:
    assert sent(market_if_touched(101)).order_type is OrderType.MARKET_IF_TOUCHED


def test_a_trailing_stop_follows_by_ticks_or_by_basis_points() -> None:
    by_ticks, by_bps = sent(trailing_stop(ticks=5)), sent(trailing_stop(bps=20))
    assert isinstance(by_ticks, NewInstructedOrder) and isinstance(by_bps, NewInstructedOrder)
    assert (by_ticks.offset, by_ticks.offset_unit) == (5, OffsetUnit.TICKS)
    assert (by_bps.offset, by_bps.offset_unit) == (20, OffsetUnit.BASIS_POINTS)


def test_a_pegged_order_carries_reference_offset_and_cap() -> None:
    command = sent(pegged("mid", offset=-2, limit="101"))
    assert isinstance(command, NewInstructedOrder)
    assert (command.peg_reference, command.offset, command.price) == (PegReference.MID, -2, 202)


def test_an_iceberg_and_a_minimum_are_options() -> None:
    command = sent("99.5", OrderOptions(display_qty="0.1", min_qty="0.05"))
    assert isinstance(command, NewInstructedOrder)
    assert (command.display_qty, command.min_qty) == (10, 5)


def test_what_is_off_the_grid_goes_to_the_gate_flagged() -> None:
    assert sent(stop("99.7")).flags & OrderFlag.PRICE_INEXACT
    assert sent("99.5", OrderOptions(display_qty="0.001")).flags & OrderFlag.QTY_INEXACT


@pytest.mark.parametrize(
    "mistake",
    [
        trailing_stop,
        lambda: trailing_stop(ticks=1, bps=1),
        lambda: trailing_stop(ticks=1.5),  # type: ignore[arg-type]
        lambda: stop(99, watch="TRADE"),
        lambda: pegged("BEST"),
        lambda: sent(None),
        lambda: sent(stop(99.5)),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_a_price_raises_at_once(mistake) -> None:
    with pytest.raises(StrategyError):
        mistake()
