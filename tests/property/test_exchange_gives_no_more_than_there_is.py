"""Whatever happens, the simulated exchange never gives what was not there, and a saved one goes on the same."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cambist.domain.commands import VenueReport
from cambist.domain.events import BookDelta, CancelSubmitted, OrderSubmitted, ReplaceSubmitted, Trade
from cambist.domain.market_data import BookLevel, BookSnapshot, MarketData
from cambist.domain.message import Event
from cambist.domain.vocabulary import OrderFlag, OrderType, ReportKind, Side, TimeInForce
from cambist.infrastructure.venues.simulated import SimulatedExchange

CLOSING = {ReportKind.REJECTED, ReportKind.CANCELED, ReportKind.EXPIRED}
sides = st.sampled_from(Side)
lots = st.integers(1, 20)
asks = st.integers(101, 106)
bids = st.integers(95, 100)
prices = st.integers(95, 106)


class ExchangeMachine(RuleBasedStateMachine):
    """Latency 3 ns; every rule takes a nanosecond, so requests meet markets that have moved."""

    @initialize(bid=lots, ask=lots)
    def open_market(self, bid: int, ask: int) -> None:
        self.exchange = SimulatedExchange(1, 3)
        self.now_ns = 0
        self.next_order_id = 1
        self.totals: dict[int, int] = {}
        self.filled: dict[int, int] = defaultdict(int)
        self.closed: set[int] = set()
        self.visible: dict[tuple[Side, int], int] = {(Side.BUY, 100): bid, (Side.SELL, 101): ask}
        picture = BookSnapshot(instrument_id=1, sequence=1, bids=(BookLevel(100, bid),), asks=(BookLevel(101, ask),))
        self.market(picture)

    def market(self, *data: MarketData) -> None:
        self.now_ns += 1
        self.note(self.exchange.advance(self.now_ns))
        outgoing = len(self.exchange._outgoing)
        self.exchange.on_market(data, self.now_ns)
        fills = [o for o in list(self.exchange._outgoing)[outgoing:] if o.report is ReportKind.FILLED]
        self.last_market_fills = sum(fill.qty for fill in fills)
        assert all(fill.is_maker for fill in fills)

    def note(self, reports: list[VenueReport]) -> None:
        for report in reports:
            assert report.order_id not in self.closed or report.report in (
                ReportKind.CANCEL_REJECTED,
                ReportKind.REPLACE_REJECTED,
            )
            if report.report is ReportKind.REPLACED:
                self.totals[report.order_id] = report.qty
            if report.report is ReportKind.FILLED:
                self.filled[report.order_id] += report.qty
                assert self.filled[report.order_id] <= self.totals[report.order_id]
            if report.report in CLOSING or self.filled[report.order_id] == self.totals.get(report.order_id):
                self.closed.add(report.order_id)

    @rule(side=sides, ask=asks, bid=bids, qty=st.integers(0, 20))
    def a_level_changes(self, side: Side, ask: int, bid: int, qty: int) -> None:
        price = bid if side is Side.BUY else ask
        self.visible[side, price] = qty
        self.market(BookDelta(instrument_id=1, side=side, price=price, qty=qty, order_count=0))
        assert self.last_market_fills <= qty

    @rule(aggressor=sides, price=prices, qty=lots)
    def a_trade_is_printed(self, aggressor: Side, price: int, qty: int) -> None:
        trade = Trade(
            trade_id=1,
            instrument_id=1,
            aggressor=aggressor,
            price=price,
            qty=qty,
            maker_order_id=0,
            taker_order_id=0,
        )
        self.market(trade)
        assert self.last_market_fills <= qty

    @rule(
        side=sides,
        price=st.none() | prices,
        qty=lots,
        time_in_force=st.sampled_from(TimeInForce),
        flags=st.sampled_from([OrderFlag.NONE, OrderFlag.POST_ONLY, OrderFlag.REDUCE_ONLY]),
    )
    def an_order_is_sent(
        self, side: Side, price: int | None, qty: int, time_in_force: TimeInForce, flags: OrderFlag
    ) -> None:
        order_id, self.next_order_id = self.next_order_id, self.next_order_id + 1
        self.totals[order_id] = qty
        self.send(
            OrderSubmitted(
                now_ns=self.now_ns,
                order_id=order_id,
                instrument_id=1,
                account_id=1,
                strategy_id=0,
                side=side,
                order_type=OrderType.MARKET if price is None else OrderType.LIMIT,
                time_in_force=TimeInForce.IOC if price is None else time_in_force,
                flags=flags if price is not None else OrderFlag.NONE,
                price=price or 0,
                qty=qty,
                expire_ns=self.now_ns + 12 if time_in_force is TimeInForce.GTD else 0,
                client_order_id="",
            )
        )

    @rule(order_id=st.integers(1, 12))
    def a_cancel_is_sent(self, order_id: int) -> None:
        self.send(CancelSubmitted(now_ns=self.now_ns, order_id=order_id, instrument_id=1, account_id=1))

    @rule(order_id=st.integers(1, 12), price=prices, qty=lots)
    def a_replacement_is_sent(self, order_id: int, price: int, qty: int) -> None:
        event = ReplaceSubmitted(
            now_ns=self.now_ns, order_id=order_id, instrument_id=1, account_id=1, price=price, qty=qty
        )
        self.send(event)

    def send(self, event: Event) -> None:
        self.exchange.on_events([event])
        self.now_ns += 1
        self.note(self.exchange.advance(self.now_ns))

    @rule()
    def it_is_saved_and_loaded(self) -> None:
        """From here on the loaded one takes its place: everything above must hold for it as well."""
        saved = self.exchange.save()
        loaded = SimulatedExchange(1, 3)
        loaded.load(saved, self.shown())
        assert loaded.save() == saved
        assert loaded.next_ns() == self.exchange.next_ns()
        self.exchange = loaded

    def shown(self) -> BookSnapshot:
        """The book as a feed would keep it."""
        levels = {
            side: tuple(BookLevel(price, qty) for (at, price), qty in self.visible.items() if at is side)
            for side in Side
        }
        return BookSnapshot(instrument_id=1, sequence=1, bids=levels[Side.BUY], asks=levels[Side.SELL])

    @invariant()
    def what_can_still_be_taken_is_never_more_than_what_is_shown(self) -> None:
        if not hasattr(self, "exchange"):
            return
        liquidity = self.exchange._liquidity
        for (side, price), qty in self.visible.items():
            assert 0 <= liquidity.available(side, price) <= qty

    @invariant()
    def nobody_waits_behind_more_than_the_level_shows(self) -> None:
        if not hasattr(self, "exchange"):
            return
        for order in self.exchange._orders.all():
            assert 0 <= order.queue_ahead <= self.visible.get((order.side, order.price), 0)
            assert order.leaves > 0


TestExchange = ExchangeMachine.TestCase
TestExchange.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


levels = st.lists(st.integers(1, 20), min_size=1, max_size=5)
takers = st.lists(st.tuples(st.integers(1, 40), st.none() | st.integers(101, 106)), min_size=1, max_size=8)


@given(levels, takers)
def test_takers_together_get_no_more_of_a_level_than_it_shows(sizes: list[int], orders: list[tuple[int, int]]) -> None:
    exchange = SimulatedExchange(1, 0)
    shown = {101 + index: qty for index, qty in enumerate(sizes)}
    offers = tuple(BookLevel(price, qty) for price, qty in shown.items())
    exchange.on_market([BookSnapshot(instrument_id=1, sequence=1, bids=(), asks=offers)], 0)
    taken: dict[int, int] = defaultdict(int)
    for order_id, (qty, price) in enumerate(orders, start=1):
        exchange.on_events([_buy(order_id, qty, price)])
        for report in exchange.advance(0):
            if report.report is ReportKind.FILLED:
                assert price is None or report.price <= price
                taken[report.price] += report.qty
    assert all(qty <= shown[price] for price, qty in taken.items())


def _buy(order_id: int, qty: int, price: int | None) -> OrderSubmitted:
    return OrderSubmitted(
        order_id=order_id,
        instrument_id=1,
        account_id=1,
        strategy_id=0,
        side=Side.BUY,
        order_type=OrderType.MARKET if price is None else OrderType.LIMIT,
        time_in_force=TimeInForce.IOC,
        flags=OrderFlag.NONE,
        price=price or 0,
        qty=qty,
        expire_ns=0,
        client_order_id="",
    )
