"""Definitions that arrive while another one waits for its answer: each gets an id of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.holding_service import HoldingService
from cambist.application.control_plane.listing_service import Listing, ListingService
from cambist.application.ports.engine_host import CommitListener, Receipt
from cambist.domain.message import Command
from cambist.domain.vocabulary import MatchingRule, Phase
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
