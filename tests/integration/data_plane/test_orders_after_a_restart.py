"""A strategy's orders are handed to it again after a restart, with all that they asked."""

from __future__ import annotations

from decimal import Decimal

from plane_kit import World, journal_of, ran, world

from cambist import Strategy, every, pegged, stop
from cambist.application.strategy.order_handle import OrderHandle
from cambist.domain.vocabulary import OrderStatus, OrderType
from cambist.engine.reference.kernel import ReferenceKernel


class Careful(Strategy):
    """A stop and a pegged order, once; from then on it wants less of both, and says nothing of their prices."""

    symbols = ("BTCUSDT",)

    @every("1s")
    def look(self) -> None:
        book = self.book("BTCUSDT")
        if self.orders():
            for order in self.orders():
                order.amend(qty=order.qty - Decimal("0.1"))
        elif book.is_two_sided:
            self.buy("BTCUSDT", "0.9", stop(book.best_ask + 2000))
            self.buy("BTCUSDT", "0.9", pegged("PRIMARY", offset=-5_000, limit=book.best_ask + 500))


def handles_of(made: World) -> dict[OrderType, OrderHandle]:
    return {order.order_type: order for order in made.runner().desk.handles.values()}


def test_stops_and_pegged_orders_are_amended_after_a_restart_as_before_it() -> None:
    first = ran(world(Careful()), 4)
    before = handles_of(first)
    kernel = ReferenceKernel.restore(first.kernel.snapshot())
    after = handles_of(ran(world(Careful(), kernel=kernel, journal=journal_of(first.receipts)), 2))
    assert before.keys() == after.keys() == {OrderType.STOP, OrderType.PEGGED}
    for order_type, order in after.items():
        assert order.present_ticks == before[order_type].present_ticks > 0
        assert order.status is OrderStatus.NEW
        assert order.qty < before[order_type].qty
