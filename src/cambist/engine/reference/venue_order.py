"""An order as the venue holds it, and whom the venue tells about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.routed_order import ExecutionReport, RoutedOrder
from cambist.domain.vocabulary import Contingency, OrderFlag, OrderType, Side, TimeInForce
from cambist.protocols.snapshot import PeggedRow, RestingRow


@dataclass(slots=True)
class BookOrder:
    """The least a book must know of an order. Price in ticks, leaves in lots."""

    order_id: int
    side: Side
    price: int
    leaves_qty: int
    reserve_qty: int = 0
    """What an iceberg holds back while it rests."""

    @property
    def slice_qty(self) -> int:
        """What trades at its present place: everything, but for an iceberg."""
        return self.leaves_qty - self.reserve_qty

    @property
    def display_qty(self) -> int:
        """How much an iceberg shows at a time; 0 for any other order."""
        return 0

    @property
    def is_hidden(self) -> bool:
        """True where nobody may see it."""
        return False

    @property
    def is_pegged(self) -> bool:
        """True where it follows the market."""
        return False

    def show_slice(self) -> None:
        """Show the next slice and hold the others back."""
        self.reserve_qty = max(0, self.leaves_qty - self.display_qty) if self.display_qty else 0


@dataclass(slots=True, kw_only=True)
class VenueOrder(BookOrder):
    """An order from its arrival to its end. `qty` is the total, what is filled included."""

    instrument_id: int
    account_id: int
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    qty: int
    expire_ns: int
    session: Session
    instructions: Instructions = PLAIN
    limit_price: int = 0
    """How far a pegged order follows; 0 for as far as it goes."""

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
            order_type=routed.order_type,
            time_in_force=routed.time_in_force,
            flags=routed.flags,
            qty=routed.qty,
            expire_ns=routed.expire_ns,
            session=session,
            instructions=routed.instructions,
            limit_price=routed.price,
        )

    @classmethod
    def restored(cls, row: RestingRow, session: Session, instructions: Instructions) -> VenueOrder:
        """An order of the book as a snapshot holds it."""
        fields = {name: getattr(row, name) for name in RestingRow.__struct_fields__ if name != "displayed_qty"}
        is_hidden = row.flags & OrderFlag.HIDDEN
        reserve_qty = 0 if is_hidden else row.leaves_qty - row.displayed_qty
        return cls(session=session, instructions=instructions, reserve_qty=reserve_qty, **fields)

    @classmethod
    def parked(cls, row: PeggedRow, session: Session, instructions: Instructions) -> VenueOrder:
        """A pegged order in no book, as a snapshot holds it."""
        fields = {name: getattr(row, name) for name in PeggedRow.__struct_fields__}
        return cls(session=session, instructions=instructions, order_type=OrderType.PEGGED, price=0, **fields)

    @property
    def display_qty(self) -> int:
        """How much an iceberg shows at a time; 0 for any other order."""
        return self.instructions.display_qty

    @property
    def is_pegged(self) -> bool:
        """True where it follows the market."""
        return self.order_type is OrderType.PEGGED

    @property
    def displayed_qty(self) -> int:
        """What its level shows of it while it rests."""
        return 0 if self.is_hidden else self.slice_qty

    @property
    def may_rest(self) -> bool:
        """True where what is left of it after matching goes into the book."""
        return self.time_in_force.may_rest and self.order_type.may_rest

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
    def is_tied(self) -> bool:
        """True where a fill of another order may take lots off it."""
        return self.instructions.contingency in (Contingency.OCO, Contingency.CHILD)

    @property
    def is_post_only(self) -> bool:
        """True where it may never take liquidity on arrival."""
        return bool(self.flags & OrderFlag.POST_ONLY)

    def reducible_qty(self) -> int:
        """How much of it may trade now at its place: all there is, or what is left of the position it reduces."""
        if not self.is_reduce_only or not self.leaves_qty:
            return self.slice_qty  # nothing: its owner may have closed it already
        return min(self.slice_qty, self.session.reducible_qty(self.order_id))


class Session(Protocol):
    """The owner's end of the line: the desk, or the members' sessions. Called in the middle of matching."""

    def on_report(self, order: VenueOrder, report: ExecutionReport) -> None:
        """Something happened to an order; `order` already shows it."""

    def after_trade(self) -> None:
        """Both sides of a trade have been told."""

    def on_trigger(self, order: VenueOrder, trigger_price: int, seen_price: int) -> None:
        """What an order waited for has come."""

    def reducible_qty(self, order_id: int) -> int:
        """How many lots of the owner's position this order could close now."""
