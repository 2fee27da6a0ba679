"""Which open orders stand for which quotes (docs/engine.md section 35)."""

from __future__ import annotations

from collections.abc import Iterator

from cambist.domain.vocabulary import Side
from cambist.engine.reference.venue_order import VenueOrder

QuoteKey = tuple[int, int, int, int]
"""account_id, strategy_id (0 for members), instrument_id, quote_id."""


class Quotes:
    """Order ids per quote and side. An order that has ended stands for nothing any more: only what rests counts."""

    __slots__ = ("_orders", "_resting")

    def __init__(self, resting: dict[int, VenueOrder]) -> None:
        self._orders: dict[QuoteKey, dict[Side, int]] = {}
        self._resting = resting

    def order(self, key: QuoteKey, side: Side) -> VenueOrder | None:
        """The order that stands for a side of a quote."""
        return self._resting.get(self._orders.get(key, {}).get(side, 0))

    def order_id(self, key: QuoteKey, side: Side) -> int:
        """Its id, 0 where there is none."""
        order = self.order(key, side)
        return order.order_id if order is not None else 0

    def put(self, key: QuoteKey, side: Side, order_id: int) -> None:
        """From now on this order stands for the side."""
        self._orders.setdefault(key, {})[side] = order_id

    def order_ids(self, account_id: int, instrument_id: int) -> list[int]:
        """Open orders of an account's quotes on an instrument, on all of them where that is 0, ascending."""
        return sorted(
            order_id
            for (owner, _, quoted, _), bid, ask in self.open()
            for order_id in (bid, ask)
            if order_id and owner == account_id and instrument_id in (0, quoted)
        )

    def open(self) -> Iterator[tuple[QuoteKey, int, int]]:
        """Every quote with an open order, by key, with the order_ids of its bid and ask. Others are forgotten."""
        for key in sorted(self._orders):
            bid, ask = self.order_id(key, Side.BUY), self.order_id(key, Side.SELL)
            if bid or ask:
                yield key, bid, ask
            else:
                del self._orders[key]
