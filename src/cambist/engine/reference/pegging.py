"""Pegged orders: what price each should have, and which of them has another one (docs/engine.md section 22)."""

from __future__ import annotations

from cambist.domain.order_form import is_price
from cambist.domain.pegs import no_closer, reference_price
from cambist.domain.vocabulary import Phase, Side
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.market import Market
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import VenueOrder


class Pegging:
    """Here each pegged order is looked at whenever the engine reacts; a kernel may be cleverer."""

    def __init__(self, state: EngineState) -> None:
        self._state = state

    def first_due(self) -> VenueOrder | None:
        """The next order whose price is not what it should be: lowest instrument_id first, then lowest order_id."""
        pegged = (*self._state.resting_pegs.values(), *self._state.parked.values())
        due = [order for order in pegged if self._is_due(order)]
        return min(due, key=lambda order: (order.instrument_id, order.order_id), default=None)

    def price_of(self, order: VenueOrder, *, enters: bool = False) -> int:
        """Where an order should stand, or where it enters as it arrives or begins anew, in ticks; 0: in no book."""
        market = self._state.markets[order.instrument_id]
        reference = order.instructions.peg_reference
        bid_price, ask_price = market.book.unpegged_price(Side.BUY), market.book.unpegged_price(Side.SELL)
        base = reference_price(reference, order.side, bid_price, ask_price)
        if not base:
            return 0
        price = base + order.instructions.offset
        if order.limit_price:
            price = no_closer(order.side, price, order.limit_price)
        best = market.book.best_price(order.side.opposite)
        may_take = order.instructions.takes_when_pegged(order.side) or (enters and order.instructions.meets_when_pegged)
        if best and not may_take:
            price = no_closer(order.side, price, best - order.side.sign)
        if market.guard.limit_band:
            price = no_closer(order.side, price, market.guard.price_limit(order.side, market.reference_price))
        return price if _may_stand(market, order, price, base) else 0

    def _is_due(self, order: VenueOrder) -> bool:
        is_open = self._state.markets[order.instrument_id].phase is Phase.CONTINUOUS
        return is_open and self.price_of(order) != order.price


def _may_stand(market: Market, order: VenueOrder, price: int, base: int) -> bool:
    """Within the bounds of prices and values, and no farther from its reference than half the band is wide."""
    instrument = market.instrument
    is_near = not instrument.price_band or abs(price - base) <= instrument.width(base)
    return is_price(price) and is_near and instrument.value(price, order.leaves_qty) <= MAX_I64
