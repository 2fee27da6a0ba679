"""Indexed look-ups into what the projector wrote: everything older than memory holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.participant_events import FillAdjusted
from cambist.domain.vocabulary import Liquidity, OrderFlag, OrderStatus, OrderType, Side, StrategyState, TimeInForce


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order as queries return it. Prices in ticks, quantities in lots, money in 1e-8, times in ns since epoch."""

    order_id: int
    client_order_id: str
    account_id: int
    strategy_id: int
    instrument_id: int
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: int
    qty: int
    filled_qty: int
    filled_value: int
    """Sum of price times qty over its fills, in tick-lots."""
    commission: int
    status: OrderStatus
    reason: int
    expire_ns: int
    created_ns: int
    updated_ns: int
    instructions: Instructions = PLAIN
    """What it asks beyond a plain order, an amended trigger price included."""
    peg_limit: int = 0
    """How far an open PEGGED order follows, 0 for any distance; its `price` is the one it has now."""

    @property
    def present_price(self) -> int:
        """What an amendment would change, in ticks: the limit price, or the trigger price of one that has none."""
        if self.order_type is OrderType.PEGGED:
            return self.peg_limit
        return self.instructions.trigger_price if self.order_type.is_amended_by_trigger else self.price


class Adjustment(StrEnum):
    """What became of a fill afterwards. Of a correction the engine takes the fill back and books it again."""

    NONE = "NONE"
    BUSTED = "BUSTED"
    CORRECTED = "CORRECTED"


class FillView(msgspec.Struct, frozen=True, kw_only=True):
    """One fill of ours. `fill_id` is the sequence of its OrderFilled event."""

    fill_id: int
    order_id: int
    trade_id: int
    account_id: int
    strategy_id: int
    instrument_id: int
    side: Side
    price: int
    qty: int
    commission: int
    liquidity: Liquidity
    ts_ns: int
    adjustment: Adjustment = Adjustment.NONE

    def is_side_of(self, event: FillAdjusted) -> bool:
        """Whether it is the fill that an adjustment means: an account may be on both sides of a trade."""
        named = (event.instrument_id, event.trade_id, event.account_id, event.side)
        return (self.instrument_id, self.trade_id, self.account_id, self.side) == named

    def adjusted(self, event: FillAdjusted) -> FillView:
        """Taken back (its numbers stay, to be read), or booked at another price."""
        if event.qty < 0:
            return msgspec.structs.replace(self, adjustment=Adjustment.BUSTED)
        return msgspec.structs.replace(
            self, price=event.price, commission=event.commission, adjustment=Adjustment.CORRECTED
        )


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders or fills to list, newest first. None means any; `before` is the id to continue below."""

    account_id: int | None = None
    strategy_id: int | None = None
    instrument_id: int | None = None
    side: Side | None = None
    statuses: frozenset[OrderStatus] = frozenset()
    before: int | None = None
    limit: int = 50


class History(Protocol):
    """The projected tables."""

    def order(self, order_id: int) -> OrderView | None:
        """One order by id."""

    def order_by_client_id(self, account_id: int, client_order_id: str) -> OrderView | None:
        """The newest order under a client id."""

    def orders(self, wanted: OrderFilter) -> Sequence[OrderView]:
        """Orders newest first."""

    def fills(self, wanted: OrderFilter) -> Sequence[FillView]:
        """Fills newest first; statuses do not apply."""

    def strategy_causes(self) -> Mapping[int, tuple[StrategyState, str]]:
        """By strategy_id: the last state, and why it came to it."""

    def equity_series(self, account_id: int, since_ns: int, limit: int) -> Sequence[tuple[int, int, int]]:
        """(ts_ns, equity, balance) in 1e-8, oldest first."""
