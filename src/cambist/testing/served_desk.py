"""A desk behind a real server on loopback: a reference kernel, an instrument, an account, a member, a strategy.

For tests of the API. Submissions are applied at once (see `immediate_host`); everything else is what runs for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.ports.history import History
from cambist.application.strategy import Strategy, param
from cambist.application.strategy.catalog import LoadedStrategies
from cambist.bootstrap.memory import ProcessMemory
from cambist.domain.commands import CreateStrategy
from cambist.domain.instrument import definition_from_decimals
from cambist.domain.message import Command
from cambist.domain.vocabulary import Side
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.observability.collector import CollectorWatch
from cambist.infrastructure.system_clock import SystemClock
from cambist.presentation.http.application import create_app
from cambist.presentation.http.server import Server
from cambist.presentation.http.services import STATIC_FOLDER, Services, build_services
from cambist.testing.builders import START_NS, limit_order, open_desk_account, open_member
from cambist.testing.immediate_host import ImmediateHost

ACCOUNT, MEMBER, STRATEGY = 1, 2, 1
SYMBOL = "BTCUSDT"


class SteadyQuoter(Strategy):
    """Has one parameter of each sort that the API treats differently."""

    symbols = (SYMBOL,)
    size: Decimal = param("0.01", min="0.001", max="10", live=True)
    window_s: int = param(5, min=1, max=60)


class ServedDesk:
    """A running server and the engine behind it."""

    def __init__(self, host: ImmediateHost, model: ReadModel, services: Services, server: Server) -> None:
        self.host = host
        self.model = model
        self.services = services
        self.server = server
        self.url = server.url
        self.port = server.port

    def rest(self, side: Side, price: int, qty: int) -> int:
        """Let the member rest an order, in ticks and lots; its id."""
        return self._send(limit_order(side, qty, price, account_id=MEMBER))

    def rest_on(self, instrument_id: int, side: Side = Side.SELL, *, price: int, qty: int) -> int:
        """Let the member rest an order on an instrument that was listed later; its id."""
        return self._send(limit_order(side, qty, price, account_id=MEMBER, instrument_id=instrument_id))

    def quote(self, bid_price: int = 599_990, ask_price: int = 600_010, qty: int = 1_000) -> None:
        """Let the member quote both sides."""
        self.rest(Side.BUY, bid_price, qty)
        self.rest(Side.SELL, ask_price, qty)

    def trade_by_strategy(self, side: Side, price: int, qty: int) -> int:
        """Let the strategy send an order; its id, whatever became of it."""
        return self._send(limit_order(side, qty, price, account_id=ACCOUNT, strategy_id=STRATEGY))

    def is_open(self, order_id: int) -> bool:
        """Whether the desk's order can still trade."""
        with self.model.reading() as model:
            order = model.orders.get(order_id)
        return order is not None and not order.status.is_closed

    def _send(self, command: Command) -> int:
        (receipt,) = self.host.apply([command])
        return receipt.command.sequence


@contextmanager
def served_desk(history: History | None = None, static_folder: Path = STATIC_FOLDER) -> Iterator[ServedDesk]:
    """A desk with a million on account and an empty book, served until the block ends."""
    server = Server(0)
    kernel = ReferenceKernel()
    host = ImmediateHost(kernel, START_NS)
    model = ReadModel()
    host.subscribe(model.on_commit)
    host.apply(definitions())
    services = build_services(
        host=host,
        model=model,
        history=history,
        catalog=LoadedStrategies({"steady": SteadyQuoter}),
        monitor=host,
        clock=SystemClock(),
        version="0.0.0",
        memory=ProcessMemory(CollectorWatch(), kernel),
        static_folder=static_folder,
    )
    try:
        server.start(create_app(services))
        yield ServedDesk(host, model, services, server)
    finally:
        server.stop()


def definitions() -> list[Command]:
    """What the engine knows before the first order."""
    return [
        definition_from_decimals(
            instrument_id=1,
            symbol=SYMBOL,
            tick_size="0.1",
            lot_size="0.001",
            reference_price="60000",
            max_order_qty="100",
            min_notional="5",
            price_band_ppm=100_000,
        ),
        *open_desk_account(ACCOUNT),
        open_member(MEMBER),
        CreateStrategy(strategy_id=STRATEGY, account_id=ACCOUNT, name="steady"),
    ]
