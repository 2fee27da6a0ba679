"""What crosses the boundary between the desk and a venue: requests one way, execution reports the other.

The only door from an Order of the desk to a venue is `RoutedOrder.from_desk`, which takes an Approved one; and only the
gate makes those. An order that was not checked cannot be sent.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from cambist.domain.commands import NewOrder
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.order import Order
from cambist.domain.vocabulary import Liquidity, OrderFlag, OrderType, ReportKind, Side, TimeInForce

T = TypeVar("T")


class Approved(Generic[T]):
    """Something that has passed every check of the gate. Nothing but the gate constructs one."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value


class RoutedOrder(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A new order as the venue sees it: no strategy, no client id. Price in ticks, qty in lots."""

    order_id: int
    instrument_id: int
    account_id: int
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: int
    qty: int
    expire_ns: int
    instructions: Instructions = PLAIN

    @classmethod
    def from_desk(cls, approved: Approved[Order]) -> RoutedOrder:
        """An order of the desk on its way."""
        order = approved.value
        return cls(
            order_id=order.order_id,
            instrument_id=order.instrument_id,
            account_id=order.account_id,
            side=order.side,
            order_type=order.order_type,
            time_in_force=order.time_in_force,
            flags=order.flags,
            price=order.price,
            qty=order.qty,
            expire_ns=order.expire_ns,
            instructions=order.instructions,
        )

    @classmethod
    def from_member(cls, command: NewOrder) -> RoutedOrder:
        """A member's order: the venue's own gate is the only one it meets."""
        return cls(
            order_id=command.sequence,
            instrument_id=command.instrument_id,
            account_id=command.account_id,
            side=command.side,
            order_type=command.order_type,
            time_in_force=command.time_in_force,
            flags=command.flags,
            price=command.price,
            qty=command.qty,
            expire_ns=command.expire_ns,
            instructions=Instructions.of(command),
        )


class ReplaceTerms(msgspec.Struct, frozen=True, gc=False):
    """What an amendment asks for: price in ticks, new total in lots, and whether it only gives quantity back."""

    price: int
    qty: int
    is_shrink: bool


class RoutedReplace(msgspec.Struct, frozen=True, gc=False):
    """An amendment of a resting order on its way to the venue."""

    order_id: int
    terms: ReplaceTerms


class ExecutionReport(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a venue says about one order. The meaning of price and qty depends on `kind`, as in VenueReport."""

    order_id: int
    kind: ReportKind
    exec_id: int = 0
    """trade_id, for fills."""
    is_maker: bool = False
    is_auction: bool = False
    reason: int = 0
    price: int = 0
    qty: int = 0
    kept_priority: bool = False

    @property
    def liquidity(self) -> Liquidity:
        """Of a fill."""
        if self.is_auction:
            return Liquidity.AUCTION
        return Liquidity.MAKER if self.is_maker else Liquidity.TAKER
