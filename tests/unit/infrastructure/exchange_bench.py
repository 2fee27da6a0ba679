"""A simulated exchange on a bench: submit orders, move the market, read the reports. Times in ns from 0."""

from __future__ import annotations

from cambist.domain.commands import VenueReport
from cambist.domain.events import BookDelta, CancelSubmitted, OrderSubmitted, ReplaceSubmitted, Trade
from cambist.domain.market_data import BookLevel, BookSnapshot, MarketData
from cambist.domain.vocabulary import OrderFlag, OrderType, ReportKind, Side, TimeInForce
from cambist.infrastructure.venues.simulated import SimulatedExchange

BUY, SELL = Side.BUY, Side.SELL
LATENCY_NS = 10
INSTRUMENT = 1


class ExchangeBench:
    """Bids 100 x 5, 99 x 7, 98 x 9; asks 102 x 4, 103 x 6, 105 x 8; one way takes 10 ns."""

    def __init__(self, *, with_book: bool = True, latency_ns: int = LATENCY_NS) -> None:
        self.exchange = SimulatedExchange(INSTRUMENT, latency_ns)
        self.now_ns = 0
        self.reports: list[VenueReport] = []
        if with_book:
            self.market(snapshot([(100, 5), (99, 7), (98, 9)], [(102, 4), (103, 6), (105, 8)]))

    def market(self, *data: MarketData) -> list[tuple[object, ...]]:
        """One instant of market data, and what it brings about."""
        self.exchange.on_market(data, self.now_ns)
        return self.settle()

    def submit(
        self,
        order_id: int,
        side: Side,
        qty: int,
        price: int = 0,
        time_in_force: TimeInForce = TimeInForce.GTC,
        flags: OrderFlag = OrderFlag.NONE,
        expire_ns: int = 0,
    ) -> list[tuple[object, ...]]:
        """A new order, price 0 for MARKET, and everything it brings about by itself."""
        self.exchange.on_events([submitted(order_id, side, qty, price, time_in_force, flags, expire_ns, self.now_ns)])
        return self.settle()

    def cancel(self, order_id: int) -> list[tuple[object, ...]]:
        event = CancelSubmitted(now_ns=self.now_ns, order_id=order_id, instrument_id=INSTRUMENT, account_id=1)
        self.exchange.on_events([event])
        return self.settle()

    def replace(self, order_id: int, price: int, qty: int) -> list[tuple[object, ...]]:
        event = ReplaceSubmitted(
            now_ns=self.now_ns, order_id=order_id, instrument_id=INSTRUMENT, account_id=1, price=price, qty=qty
        )
        self.exchange.on_events([event])
        return self.settle()

    def settle(self) -> list[tuple[object, ...]]:
        """Let everything on its way arrive; the reports in short."""
        reports: list[VenueReport] = []
        while (next_ns := self.exchange.next_message_ns()) is not None:
            self.now_ns = max(self.now_ns, next_ns)
            reports += self.exchange.advance(self.now_ns)
        self.reports += reports
        return [short(report) for report in reports]


def submitted(
    order_id: int,
    side: Side,
    qty: int,
    price: int = 0,
    time_in_force: TimeInForce = TimeInForce.GTC,
    flags: OrderFlag = OrderFlag.NONE,
    expire_ns: int = 0,
    now_ns: int = 0,
    instrument_id: int = INSTRUMENT,
) -> OrderSubmitted:
    """The engine's event; price 0 makes it a MARKET order, IOC unless FOK."""
    is_market = price == 0
    if is_market and time_in_force is TimeInForce.GTC:
        time_in_force = TimeInForce.IOC
    return OrderSubmitted(
        now_ns=now_ns,
        order_id=order_id,
        instrument_id=instrument_id,
        account_id=1,
        strategy_id=0,
        side=side,
        order_type=OrderType.MARKET if is_market else OrderType.LIMIT,
        time_in_force=time_in_force,
        flags=flags,
        price=price,
        qty=qty,
        expire_ns=expire_ns,
        client_order_id="",
    )


def snapshot(bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> BookSnapshot:
    return BookSnapshot(
        instrument_id=INSTRUMENT,
        sequence=1,
        bids=tuple(BookLevel(price, qty) for price, qty in bids),
        asks=tuple(BookLevel(price, qty) for price, qty in asks),
    )


def level(side: Side, price: int, qty: int) -> BookDelta:
    return BookDelta(instrument_id=INSTRUMENT, side=side, price=price, qty=qty, order_count=0)


def printed(aggressor: Side, price: int, qty: int) -> Trade:
    return Trade(
        trade_id=1,
        instrument_id=INSTRUMENT,
        aggressor=aggressor,
        price=price,
        qty=qty,
        maker_order_id=0,
        taker_order_id=0,
    )


def short(report: VenueReport) -> tuple[object, ...]:
    """A report as (order, what, …): price, qty and liquidity of a fill, price and total of a replacement, or reason."""
    if report.report is ReportKind.FILLED:
        liquidity = "maker" if report.is_maker else "taker"
        return (report.order_id, "FILLED", report.price, report.qty, liquidity)
    if report.report is ReportKind.REPLACED:
        return (report.order_id, "REPLACED", report.price, report.qty)
    if report.report in (ReportKind.ACCEPTED, ReportKind.EXPIRED):
        return (report.order_id, report.report.name)
    return (report.order_id, report.report.name, report.reason)
