"""Participants that wait away from the market, so that the depth is alive beyond the makers' ladders."""

from __future__ import annotations

from collections.abc import Sequence

from cambist.domain.commands import CancelOrder, NewOrder, ReplaceOrder
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderType, Side, TimeInForce
from cambist.domain.xorshift import Xorshift
from cambist.infrastructure.venues.synthetic.members import Members, WorkingOrder
from cambist.infrastructure.venues.synthetic.profile import InstrumentProfile

CAPACITY = 50
REPLACE_PPM = 250_000
GTD_PPM = 150_000


class PatientInvestor:
    """Resting orders of one account in one instrument."""

    def __init__(self, account_id: int, instrument_id: int, profile: InstrumentProfile, members: Members) -> None:
        self.account_id = account_id
        self.instrument_id = instrument_id
        self.orders: list[WorkingOrder] = []
        self._profile = profile
        self._members = members

    def tickets(self) -> list[int]:
        """Of its orders, to be saved."""
        return [order.ticket for order in self.orders if not order.is_gone]

    def load(self, tickets: Sequence[int]) -> None:
        """Hold the orders that were saved."""
        orders = map(self._members.order, tickets)
        self.orders = [order for order in orders if order is not None]

    def act(self, fair_price: int, now_ns: int, random: Xorshift) -> Command:
        """Place an order, move one, or give one up. `fair_price` is in ticks."""
        self.orders = [order for order in self.orders if not order.is_gone]
        # The fuller the book, the likelier something is given up: the number of orders hovers below capacity.
        if not self.orders or random.below(CAPACITY) >= len(self.orders):
            return self.place(fair_price, now_ns, random)
        index = random.below(len(self.orders))
        order = self.orders[index]
        if not order.is_live:
            return self.place(fair_price, now_ns, random)
        if not order.is_refused and random.chance(REPLACE_PPM):
            order.price = self._price(order.side, fair_price, random)
            return ReplaceOrder(
                account_id=self.account_id,
                order_id=order.order_id,
                price=order.price,
                qty=order.filled + self._qty(random),
            )
        del self.orders[index]
        return CancelOrder(account_id=self.account_id, order_id=order.order_id)

    def place(self, fair_price: int, now_ns: int, random: Xorshift) -> NewOrder:
        """A new order somewhere away from the market."""
        side = Side(random.below(2))
        price, qty = self._price(side, fair_price, random), self._qty(random)
        self.orders.append(self._members.send(self.account_id, self.instrument_id, side, price, qty))
        is_good_till = random.chance(GTD_PPM)
        return NewOrder(
            instrument_id=self.instrument_id,
            account_id=self.account_id,
            strategy_id=0,
            side=side,
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTD if is_good_till else TimeInForce.GTC,
            price=price,
            qty=qty,
            expire_ns=now_ns + random.between(5, 60) * 1_000_000_000 if is_good_till else 0,
        )

    def _price(self, side: Side, fair_price: int, random: Xorshift) -> int:
        """Mostly just behind the makers, with a long tail: a few hundredths of a percent away."""
        distance = 2 * self._profile.half_spread + 1 + random.tail(fair_price // 1_600)
        return max(1, fair_price - side.sign * min(distance, fair_price // 50))

    def _qty(self, random: Xorshift) -> int:
        return min(1 + random.tail(self._profile.rung_qty * 2), self._profile.max_order_qty)
