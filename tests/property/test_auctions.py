"""Auctions of many orders: both kernels find the same price, trade the most there is, and leave no book crossed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cambist.domain.commands import NewInstructedOrder, SetPhase
from cambist.domain.events import AuctionIndicated, AuctionUncrossed, OrderCanceled, OrderFilled, Trade
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import MatchingRule, OrderFlag, OrderType, Phase, Side, TimeInForce
from cambist.engine.native import NativeKernel, is_installed
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.snapshot import RestingRow, decode_snapshot
from cambist.testing.builders import KernelDriver, define_instrument, open_member

MEMBERS = (1, 2)


@st.composite
def collected(draw: st.DrawFn) -> Command:
    """An order that an auction takes, as a rule."""
    order_type = draw(st.sampled_from([OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT, OrderType.MARKET]))
    is_market = order_type is OrderType.MARKET
    times = [TimeInForce.IOC] if is_market else [TimeInForce.GTC] * 4
    is_hidden = not is_market and draw(st.integers(0, 5)) == 0
    qty = draw(st.integers(1, 20))
    return NewInstructedOrder(
        instrument_id=1,
        account_id=draw(st.sampled_from(MEMBERS)),
        strategy_id=0,
        side=draw(st.sampled_from(Side)),
        order_type=order_type,
        time_in_force=TimeInForce.GTC if is_hidden else draw(st.sampled_from([*times, TimeInForce.AT_OPEN])),
        flags=OrderFlag.HIDDEN if is_hidden else OrderFlag.NONE,
        price=0 if is_market else draw(st.integers(90, 110)),
        qty=qty,
        display_qty=draw(st.integers(1, qty))
        if not is_market and not is_hidden and draw(st.integers(0, 5)) == 0
        else 0,
    )


def _traded(events: list[Event]) -> list[Trade]:
    return [event for event in events if isinstance(event, Trade)]


@pytest.mark.skipif(not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'")
@settings(max_examples=300, deadline=None)
@given(orders=st.lists(collected(), max_size=40), matching=st.sampled_from(MatchingRule), end=st.sampled_from(Phase))
def test_an_uncross_trades_what_was_indicated_and_leaves_nothing_crossed(
    orders: list[Command], matching: MatchingRule, end: Phase
) -> None:
    definition = define_instrument(1, "BTC", phase=Phase.OPENING_AUCTION, matching=matching)
    opening = [definition, *(open_member(number, f"member{number}") for number in MEMBERS)]
    both = KernelDriver(NativeKernel()), KernelDriver(ReferenceKernel())
    ends_auction = not end.is_auction and end is not Phase.HALTED
    for command in (*opening, *orders, SetPhase(instrument_id=1, phase=end)):
        native, reference = (driver.apply(command) for driver in both)
        assert native == reference
    assert both[0].kernel.snapshot() == both[1].kernel.snapshot()
    if ends_auction:
        _check(both[1].events, native)
        _, sections = decode_snapshot(both[1].kernel.snapshot())
        _check_book(sections[RestingRow])


def _check(all_events: list[Event], last: list[Event]) -> None:
    """One price, the indicated one, and the quantity that was indicated."""
    trades = _traded(last)
    indicated = [event for event in all_events if isinstance(event, AuctionIndicated)]
    (uncrossed,) = [event for event in last if isinstance(event, AuctionUncrossed)]
    assert uncrossed.qty == sum(trade.qty for trade in trades)
    assert {trade.price for trade in trades} <= {uncrossed.price}
    if indicated:
        found = indicated[-1]
        assert (found.price, found.qty, found.imbalance_qty) == (
            uncrossed.price,
            uncrossed.qty,
            uncrossed.imbalance_qty,
        )
    bought = [event.last_qty for event in last if isinstance(event, OrderFilled) and event.side is Side.BUY]
    sold = [event.last_qty for event in last if isinstance(event, OrderFilled) and event.side is Side.SELL]
    assert sum(bought) == sum(sold) == uncrossed.qty
    assert all(event.canceled_qty > 0 for event in last if isinstance(event, OrderCanceled))


def _check_book(rows: list[RestingRow]) -> None:
    bids = [row.price for row in rows if row.side is Side.BUY]
    asks = [row.price for row in rows if row.side is Side.SELL]
    assert not bids or not asks or max(bids) < min(asks)
    assert all(row.price for row in rows)
    assert not any(row.time_in_force.is_for_auction for row in rows)
