"""Orders that wait at the venue for their trigger (docs/engine.md sections 23 and 24)."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.instructions import Instructions
from cambist.domain.triggers import better, is_due, trailing_price
from cambist.domain.vocabulary import OrderType, Phase
from cambist.engine.reference.market import Market
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import Session, VenueOrder
from cambist.protocols.snapshot import WaitingRow

WAITING_ORDER_FIELDS = tuple(
    name for name in WaitingRow.__struct_fields__ if name not in ("trigger_price", "best_price")
)


@dataclass(slots=True)
class WaitingOrder:
    """An order and its trigger as it is now. Prices in ticks."""

    order: VenueOrder
    trigger_price: int
    """Of a trailing stop 0 while it has seen nothing."""
    best_price: int = 0
    """The best value a trailing stop has seen; 0 for none."""
    seen_price: int = 0
    """The value that made it due; 0 while it is not."""

    @classmethod
    def restored(cls, row: WaitingRow, session: Session, instructions: Instructions) -> WaitingOrder:
        """As a snapshot holds it."""
        fields = {name: getattr(row, name) for name in WAITING_ORDER_FIELDS}
        order = VenueOrder(session=session, instructions=instructions, leaves_qty=row.qty, **fields)
        return cls(order, row.trigger_price, row.best_price)

    @property
    def row(self) -> WaitingRow:
        """As a snapshot holds it."""
        fields = {name: getattr(self.order, name) for name in WAITING_ORDER_FIELDS}
        return WaitingRow(trigger_price=self.trigger_price, best_price=self.best_price, **fields)

    def look(self, market: Market) -> None:
        """Compare what it watches with what it waits for. What is due stays so."""
        order = self.order
        value = market.watched_price(order.instructions.trigger_source, order.side)
        if self.seen_price or not value:
            return
        if order.order_type is OrderType.TRAILING_STOP:
            self._follow(value)
        if is_due(order.order_type, order.side, self.trigger_price, value):
            self.seen_price = value

    def _follow(self, value: int) -> None:
        order, instructions = self.order, self.order.instructions
        self.best_price = better(order.side, self.best_price, value)
        self.trigger_price = trailing_price(order.side, self.best_price, instructions.offset, instructions.offset_unit)


class WaitingOrders:
    """All of them. Here each is looked at whenever the engine reacts; a kernel may be cleverer."""

    def __init__(self, state: EngineState) -> None:
        self._state = state

    def first_due(self) -> WaitingOrder | None:
        """The next order that triggers: lowest instrument_id first, then lowest order_id."""
        waiting = self._state.waiting
        for entry in waiting.values():
            market = self._state.markets[entry.order.instrument_id]
            if market.phase is Phase.CONTINUOUS:
                entry.look(market)
            else:
                entry.seen_price = 0
        due = [entry for entry in waiting.values() if entry.seen_price]
        return min(due, key=lambda entry: (entry.order.instrument_id, entry.order.order_id), default=None)
