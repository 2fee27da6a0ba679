"""Requests that arrive while another one waits for its answer: none undoes what the other has done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.holding_service import HoldingService
from cambist.application.control_plane.listing_service import Listing, ListingService
from cambist.application.control_plane.order_queries import OrderQueries
from cambist.application.control_plane.order_service import OrderService
from cambist.application.control_plane.risk_service import RiskService
from cambist.application.ports.engine_host import CommitListener, Receipt
from cambist.domain.message import Command
from cambist.domain.vocabulary import MatchingRule, Phase, Side
from cambist.testing.builders import limit_order
from cambist.testing.immediate_host import ImmediateHost


class EventualHost:
    """Applies what is submitted a turn of the loop later, as an engine on a thread of its own does."""

    def __init__(self, host: ImmediateHost) -> None:
        self._host = host
        self.queue_depth = 0

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        answer: Future[list[Receipt]] = Future()
        asyncio.get_running_loop().call_soon(lambda: answer.set_result(self._host.apply(commands)))
        return answer

    def subscribe(self, listener: CommitListener) -> None:
        self._host.subscribe(listener)

    def snapshot(self) -> Future[bytes]:
        return self._host.snapshot()


def listing_of(symbol: str) -> Listing:
    return Listing(
        symbol=symbol,
        tick_size="1",
        lot_size="1",
        reference_price="100",
        max_order_qty="10",
        min_notional="0",
        price_band=0,
        phase=Phase.CONTINUOUS,
        matching=MatchingRule.PRICE_TIME,
        minimum_allocation="0",
        top_order_priority=False,
        base_asset=None,
        quote_asset=None,
        max_fee=0,
    )


def test_instruments_and_assets_that_come_at_once_are_all_defined(followed) -> None:
    gateway = CommandGateway(EventualHost(followed.host))
    directory = Directory(followed.model)
    listings = ListingService(gateway, directory, followed.model)
    holdings = HoldingService(gateway, directory, followed.model)

    async def all_at_once() -> list[object]:
        instruments = [listings.list_instrument(listing_of(symbol)) for symbol in ("ONE", "TWO", "THREE")]
        assets = [holdings.define_asset(name) for name in ("COIN", "CASH")]
        return list(await asyncio.gather(*instruments, *assets))

    *instruments, coin, cash = asyncio.run(all_at_once())
    assert [each.symbol for each in instruments] == ["ONE", "TWO", "THREE"]
    assert (coin, cash) == ("COIN", "CASH")


def test_limits_that_are_changed_at_once_all_hold(followed) -> None:
    risk = RiskService(CommandGateway(EventualHost(followed.host)), Directory(followed.model), followed.model)
    changes = [{"max_open_orders": 5}, {"max_orders_per_second": 7}, {"leverage": 3}]

    async def all_at_once() -> None:
        await asyncio.gather(*(risk.set_limits(None, None, change) for change in changes))

    asyncio.run(all_at_once())
    with followed.model.reading() as model:
        limits = model.risk.limits(1)
    assert (limits.max_open_orders, limits.max_orders_per_second, limits.leverage) == (5, 7, 3)


def test_a_price_and_a_quantity_that_are_amended_at_once_both_hold(followed) -> None:
    queries = OrderQueries(followed.model, None)
    orders = OrderService(CommandGateway(EventualHost(followed.host)), Directory(followed.model), queries)
    (receipt,) = followed.host.apply([limit_order(Side.BUY, 4, 90)])
    order_id = receipt.command.sequence
    with followed.model.reading() as model:
        instrument = model.instruments[1]

    async def both_at_once() -> None:
        price, qty = instrument.price_text(91), instrument.qty_text(6)
        await asyncio.gather(orders.amend(order_id, price, None), orders.amend(order_id, None, qty))

    asyncio.run(both_at_once())
    with followed.model.reading() as model:
        order = model.orders.get(order_id)
    assert (order.price, order.qty) == (91, 6)
