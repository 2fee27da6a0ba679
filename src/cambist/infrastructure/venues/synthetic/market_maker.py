"""A participant that quotes a ladder on both sides of the fair value and keeps moving it along.

It leans against its inventory, mends its most urgent quotes first (those that would be picked off before those
that are merely far away), and never quotes through another maker.
"""

from __future__ import annotations

from collections.abc import Sequence

from cambist.domain.commands import CancelOrder, NewOrder, ReplaceOrder
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderType, Side, TimeInForce
from cambist.domain.xorshift import Xorshift
from cambist.infrastructure.venues.synthetic.members import Members, WorkingOrder
from cambist.infrastructure.venues.synthetic.profile import InstrumentProfile

RUNGS_PER_SIDE = 5
MAX_LEAN_HALF_SPREADS = 3
INVENTORY_PER_HALF_SPREAD = 8
"""A maker leans by one half-spread for this many innermost quotes' quantity of inventory."""
MENDED_AT_ONCE = 3


class MarketMaker:
    """One account's quotes in one instrument. Rungs 0, 2, 4 … are bids, 1, 3, 5 … asks, innermost first."""

    def __init__(self, account_id: int, instrument_id: int, profile: InstrumentProfile, members: Members) -> None:
        self.account_id = account_id
        self.instrument_id = instrument_id
        self.rungs: list[WorkingOrder | None] = [None] * (2 * RUNGS_PER_SIDE)
        self._profile = profile
        self._members = members

    def tickets(self) -> list[int]:
        """Of the orders on its rungs, 0 for an empty rung; to be saved."""
        return [0 if order is None or order.is_gone else order.ticket for order in self.rungs]

    def load(self, tickets: Sequence[int]) -> None:
        """Hold the orders that were saved."""
        self.rungs = [self._members.order(ticket) for ticket in tickets]

    def act(self, fair_price: int, peers: Sequence[MarketMaker], random: Xorshift) -> list[Command]:
        """Mend the most urgent quotes, or change a size where all is well. `fair_price` is in ticks."""
        centre = self._lean(fair_price) + random.between(-1, 1) * self._profile.half_spread // 6
        urgent = sorted(self._urgent_rungs(centre), reverse=True)[:MENDED_AT_ONCE]
        commands: list[Command] = []
        for _, index in urgent:
            best_bid, best_ask = inside_of(peers)
            commands.append(self._mend(index, centre, best_bid, best_ask, random))
        return commands or self._resize(random)

    def quote_all(self, fair_price: int, random: Xorshift) -> list[Command]:
        """A whole new ladder."""
        centre = self._lean(fair_price)
        return [self._mend(index, centre, 0, 0, random) for index in range(len(self.rungs))]

    def _lean(self, fair_price: int) -> int:
        """The fair price moved against the inventory."""
        profile = self._profile
        inventory = self._members.inventory(self.account_id, self.instrument_id)
        lean = -inventory * profile.half_spread // (INVENTORY_PER_HALF_SPREAD * profile.rung_qty)
        bound = MAX_LEAN_HALF_SPREADS * profile.half_spread
        return fair_price + max(-bound, min(bound, lean))

    def _target(self, index: int, centre: int) -> int:
        """Where a rung should be, in ticks."""
        distance = self._profile.half_spread + (index >> 1) * self._profile.rung_step
        return centre + distance if index & 1 else max(1, centre - distance)

    def _urgent_rungs(self, centre: int) -> list[tuple[int, int]]:
        """(urgency, rung) of every rung that wants mending."""
        profile = self._profile
        found: list[tuple[int, int]] = []
        for index, order in enumerate(self.rungs):
            if order is None or order.is_gone:
                found.append((4 * profile.half_spread - index, index))
            elif order.order_id != 0:
                tolerance = (profile.half_spread + (index >> 1) * profile.rung_step) // 3
                too_high = order.price - self._target(index, centre)
                urgency = abs(too_high) - tolerance
                if urgency > 0 or order.is_refused:
                    is_exposed = too_high < 0 if index & 1 else too_high > 0
                    found.append((urgency + 2 * profile.half_spread if is_exposed else urgency, index))
        return found

    def _mend(self, index: int, centre: int, best_bid: int, best_ask: int, random: Xorshift) -> Command:
        """Place, move or remove one rung's order."""
        order = self.rungs[index]
        price = self._target(index, centre) + random.below(self._profile.rung_step // 2 + 1)
        if index & 1:
            price = max(price, best_bid + 1)
        elif best_ask:
            price = max(1, min(price, best_ask - 1))
        if order is None or order.is_gone:
            return self._place(index, price, self._qty(index, random))
        if order.is_refused:
            self.rungs[index] = None
            return CancelOrder(account_id=self.account_id, order_id=order.order_id)
        return self._move(order, price, self._qty(index, random))

    def _qty(self, index: int, random: Xorshift) -> int:
        """A random size, larger further out."""
        typical = self._profile.rung_qty * (2 + (index >> 1)) // 2
        return random.between(typical // 3 + 1, typical * 5 // 3)

    def _place(self, index: int, price: int, qty: int) -> NewOrder:
        side = Side.SELL if index & 1 else Side.BUY
        self.rungs[index] = self._members.send(self.account_id, self.instrument_id, side, price, qty)
        return NewOrder(
            instrument_id=self.instrument_id,
            account_id=self.account_id,
            strategy_id=0,
            side=side,
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            price=price,
            qty=qty,
        )

    def _move(self, order: WorkingOrder, price: int, qty: int) -> ReplaceOrder:
        order.price = price
        return ReplaceOrder(account_id=self.account_id, order_id=order.order_id, price=price, qty=order.filled + qty)

    def _resize(self, random: Xorshift) -> list[Command]:
        index = random.below(len(self.rungs))
        order = self.rungs[index]
        if order is None or not order.is_live:
            return []
        return [self._move(order, order.price, self._qty(index, random))]


def inside_of(makers: Sequence[MarketMaker]) -> tuple[int, int]:
    """Best bid and ask among the makers' own quotes, in ticks; 0 where there is none."""
    best_bid = best_ask = 0
    for maker in makers:
        for order in maker.rungs:
            if order is None or order.is_gone:
                continue
            if order.side is Side.BUY:
                best_bid = max(best_bid, order.price)
            elif best_ask == 0 or order.price < best_ask:
                best_ask = order.price
    return best_bid, best_ask
