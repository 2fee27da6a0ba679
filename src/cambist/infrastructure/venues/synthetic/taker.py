"""Participants that take: most of them at random, some because a quote is wrong.

Random takers come in runs of one side and in sizes with a heavy tail: many small ones, now and then a sweep
through several levels. An informed taker hits quotes that the fair value has left behind.
"""

from __future__ import annotations

from cambist.domain.commands import NewOrder
from cambist.domain.vocabulary import OrderType, Side, TimeInForce
from cambist.domain.xorshift import Xorshift
from cambist.infrastructure.venues.synthetic.profile import InstrumentProfile

INFORMED_PPM = 300_000
SWEEP_PPM = 20_000
SAME_SIDE_PPM = 600_000
MARKET_ORDER_PPM = 400_000


class Taker:
    """IOC orders in one instrument. `last_side` is its only state."""

    def __init__(self, instrument_id: int, profile: InstrumentProfile) -> None:
        self.instrument_id = instrument_id
        self.last_side = Side.BUY
        self._profile = profile

    def act(self, account_id: int, fair_price: int, inside: tuple[int, int], random: Xorshift) -> NewOrder:
        """One order. `fair_price` and `inside`, the makers' best bid and ask, are in ticks."""
        if random.chance(INFORMED_PPM):
            best_bid, best_ask = inside
            if best_ask and best_ask < fair_price:
                return self._informed(account_id, Side.BUY, fair_price, random)
            if best_bid > fair_price:
                return self._informed(account_id, Side.SELL, fair_price, random)
        return self._random(account_id, fair_price, random)

    def _informed(self, account_id: int, side: Side, fair_price: int, random: Xorshift) -> NewOrder:
        qty = random.between(self._profile.rung_qty // 2, self._profile.rung_qty * 3)
        return self._order(account_id, side, fair_price, qty)

    def _random(self, account_id: int, fair_price: int, random: Xorshift) -> NewOrder:
        if not random.chance(SAME_SIDE_PPM):
            self.last_side = self.last_side.opposite
        side = self.last_side
        if random.chance(SWEEP_PPM):
            return self._order(account_id, side, 0, self._profile.rung_qty * random.between(6, 36))
        qty = 1 + random.tail(self._profile.taker_qty)
        if random.chance(100_000):
            qty *= 6
        if random.chance(MARKET_ORDER_PPM):
            return self._order(account_id, side, 0, qty)
        patience = random.between(1, 4) * self._profile.half_spread
        return self._order(account_id, side, max(1, fair_price + side.sign * patience), qty)

    def _order(self, account_id: int, side: Side, price: int, qty: int) -> NewOrder:
        """An IOC order; price 0 makes it a MARKET order."""
        return NewOrder(
            instrument_id=self.instrument_id,
            account_id=account_id,
            strategy_id=0,
            side=side,
            order_type=OrderType.LIMIT if price else OrderType.MARKET,
            time_in_force=TimeInForce.IOC,
            price=price,
            qty=min(qty, self._profile.max_order_qty),
        )
