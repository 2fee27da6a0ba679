"""An order as the simulated exchange holds it, and what is on its way there."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from cambist.domain.vocabulary import OrderFlag, OrderType, Side, TimeInForce


class ExchangeOrder(msgspec.Struct, array_like=True, kw_only=True):
    """Prices in ticks, quantities in lots, times in ns since epoch."""

    order_id: int
    account_id: int
    strategy_id: int
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: int
    qty: int
    """The total, what is filled included."""
    expire_ns: int
    filled: int = 0
    queue_ahead: int = 0
    """Lots of others that trade before it at its price."""
    priority: int = 0
    """Its place in time among our own orders."""

    @property
    def leaves(self) -> int:
        """Lots still to be filled."""
        return self.qty - self.filled

    @property
    def is_reduce_only(self) -> bool:
        """True where it may only shrink a position."""
        return bool(self.flags & OrderFlag.REDUCE_ONLY)

    @property
    def is_post_only(self) -> bool:
        """True where it may not take liquidity."""
        return bool(self.flags & OrderFlag.POST_ONLY)

    @property
    def may_rest(self) -> bool:
        """True where what is not filled at once waits in the book."""
        return self.order_type is OrderType.LIMIT and self.time_in_force in (TimeInForce.GTC, TimeInForce.GTD)


class RequestKind(IntEnum):
    """What was sent."""

    NEW = 0
    CANCEL = 1
    REPLACE = 2


class Request(msgspec.Struct, array_like=True, kw_only=True):
    """A message to the exchange that arrives at `arrives_ns`."""

    arrives_ns: int
    kind: RequestKind
    order_id: int
    price: int = 0
    """Of a replacement."""
    qty: int = 0
    """The new total of a replacement."""
    order: ExchangeOrder | None = None
    """The new order."""
