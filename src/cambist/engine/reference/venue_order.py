"""An order as the venue holds it, and whom the venue tells about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cambist.domain.routed_order import ExecutionReport, RoutedOrder
from cambist.domain.vocabulary import OrderFlag, Side, TimeInForce


@dataclass(slots=True)
class BookOrder:
    """The least a book must know of an order. Price in ticks, leaves in lots."""

    order_id: int
    side: Side
    price: int
    leaves_qty: int

    @property
    def is_hidden(self) -> bool:
        """True where nobody may see it."""
        return False


@dataclass(slots=True, kw_only=True)
class VenueOrder(BookOrder):
    """An order from its arrival to its end. `qty` is the total, what is filled included."""

    instrument_id: int
    account_id: int
    time_in_force: TimeInForce
    flags: OrderFlag
    qty: int
    expire_ns: int
    session: Session

    @classmethod
    def arriving(cls, routed: RoutedOrder, session: Session) -> VenueOrder:
        """A new order, with nothing filled."""
        return cls(
            order_id=routed.order_id,
            side=routed.side,
            price=routed.price,
            leaves_qty=routed.qty,
            instrument_id=routed.instrument_id,
            account_id=routed.account_id,
            time_in_force=routed.time_in_force,
            flags=routed.flags,
            qty=routed.qty,
            expire_ns=routed.expire_ns,
            session=session,
        )

    @property
    def filled_qty(self) -> int:
        """What has traded."""
        return self.qty - self.leaves_qty

    @property
    def is_hidden(self) -> bool:
        """True where nobody may see it."""
        return bool(self.flags & OrderFlag.HIDDEN)

    @property
    def is_reduce_only(self) -> bool:
        """True where it must be capped by its owner's position."""
        return bool(self.flags & OrderFlag.REDUCE_ONLY)

    @property
    def is_post_only(self) -> bool:
        """True where it may never take liquidity on arrival."""
        return bool(self.flags & OrderFlag.POST_ONLY)

    def reducible_qty(self) -> int:
        """How much of it may trade now: everything, or what is left of the position it reduces."""
        if not self.is_reduce_only or not self.leaves_qty:
            return self.leaves_qty  # nothing: its owner may have closed it already
        return min(self.leaves_qty, self.session.reducible_qty(self.order_id))


class Session(Protocol):
    """The owner's end of the line: the desk, or the members' sessions. Called in the middle of matching."""

    def on_report(self, order: VenueOrder, report: ExecutionReport) -> None:
        """Something happened to an order; `order` already shows it."""

    def reducible_qty(self, order_id: int) -> int:
        """How many lots of the owner's position this order could close now."""
