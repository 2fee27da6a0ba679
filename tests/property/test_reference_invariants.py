"""What holds for the reference kernel after any command, whatever the rules decided."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cambist.domain import events
from cambist.domain.commands import CancelOrder, Kill, MassCancel, ResetKill, SetTradingState
from cambist.domain.message import Event
from cambist.domain.vocabulary import OrderFlag, OrderStatus, Side, TimeInForce, TradingState
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import encode_all, split_stream
from cambist.protocols.snapshot import OrderRow, PositionRow, RestingRow, decode_snapshot
from cambist.testing.builders import KernelDriver, limit_order, market_order
from cambist.testing.random_commands import opening

accounts = st.sampled_from([1, 2, 3, 4])
instruments = st.sampled_from([1, 2])
sides = st.sampled_from(list(Side))
prices = st.integers(95, 105)
quantities = st.integers(1, 9)
flags = st.sampled_from(
    [
        OrderFlag.NONE,
        OrderFlag.NONE,
        OrderFlag.POST_ONLY,
        OrderFlag.REDUCE_ONLY,
        OrderFlag.HIDDEN,
        OrderFlag.POST_ONLY | OrderFlag.REPRICE,
    ]
)


class ReferenceMachine(RuleBasedStateMachine):
    """Drives one kernel and keeps its own, much simpler, account of what it says."""

    @initialize()
    def open_the_desk(self) -> None:
        self.driver = KernelDriver(ReferenceKernel())
        self.totals: dict[int, int] = {}
        self.filled: defaultdict[int, int] = defaultdict(int)
        self.ended: dict[int, int] = {}
        self.positions: defaultdict[tuple[int, int, int], int] = defaultdict(int)
        self.levels: dict[tuple[int, Side, int], tuple[int, int]] = {}
        self.take(self.driver.apply_all(opening()))

    @rule(account=accounts, instrument=instruments, side=sides, qty=quantities, price=prices, flag=flags,
          tif=st.sampled_from([TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK]))  # fmt: skip
    def place(self, account: int, instrument: int, side: Side, qty: int, price: int, flag: OrderFlag,
              tif: TimeInForce) -> None:  # fmt: skip
        order = limit_order(
            side, qty, price, account_id=account, instrument_id=instrument, flags=flag, time_in_force=tif
        )
        self.totals[self.driver.kernel.sequence + 1] = qty
        self.take(self.driver.apply(order))

    @rule(account=accounts, side=sides, qty=quantities)
    def place_at_market(self, account: int, side: Side, qty: int) -> None:
        self.totals[self.driver.kernel.sequence + 1] = qty
        self.take(self.driver.apply(market_order(side, qty, account_id=account)))

    @rule(account=accounts, side=sides, qty=quantities, price=prices, milliseconds=st.integers(0, 1500))
    def place_for_a_while(self, account: int, side: Side, qty: int, price: int, milliseconds: int) -> None:
        expire_ns = self.driver.now_ns + milliseconds * 1_000_000
        self.totals[self.driver.kernel.sequence + 1] = qty
        self.take(
            self.driver.apply(
                limit_order(side, qty, price, account_id=account, time_in_force=TimeInForce.GTD, expire_ns=expire_ns)
            )
        )

    @rule(data=st.data(), qty=quantities, price=prices)
    def amend(self, data: st.DataObject, qty: int, price: int) -> None:
        if resting := self.rows(RestingRow):
            row = data.draw(st.sampled_from(resting))
            self.take(self.driver.replace(row.order_id, qty, price, row.account_id))

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        if resting := self.rows(RestingRow):
            row = data.draw(st.sampled_from(resting))
            self.take(self.driver.apply(CancelOrder(account_id=row.account_id, order_id=row.order_id)))

    @rule(account=st.sampled_from([0, 1, 2, 3]))
    def cancel_all(self, account: int) -> None:
        self.take(self.driver.apply(MassCancel(account_id=account)))

    @rule(account=st.sampled_from([0, 1]), state=st.sampled_from(list(TradingState)))
    def set_state(self, account: int, state: TradingState) -> None:
        self.take(self.driver.apply(SetTradingState(account_id=account, state=state, cause="test")))

    @rule()
    def kill_and_reset(self) -> None:
        self.take(self.driver.apply(Kill(account_id=1, cause="test")))
        self.take(self.driver.apply(ResetKill(account_id=1, cause="test")))
        self.take(self.driver.apply(SetTradingState(account_id=1, state=TradingState.ACTIVE, cause="test")))

    @rule(milliseconds=st.integers(1, 2500))
    def wait(self, milliseconds: int) -> None:
        self.take(self.driver.advance(milliseconds * 1_000_000))

    @invariant()
    def books_are_never_crossed(self) -> None:
        best: dict[tuple[int, Side], int] = {}
        for row in self.rows(RestingRow):
            best.setdefault((row.instrument_id, row.side), row.price)
        for (instrument, side), price in best.items():
            if side is Side.BUY and (instrument, Side.SELL) in best:
                assert price < best[instrument, Side.SELL]

    @invariant()
    def deltas_add_up_to_the_book(self) -> None:
        levels: defaultdict[tuple[int, Side, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in self.rows(RestingRow):
            if row.displayed_qty:
                qty, count = levels[row.instrument_id, row.side, row.price]
                levels[row.instrument_id, row.side, row.price] = (qty + row.displayed_qty, count + 1)
        assert {key: level for key, level in self.levels.items() if level != (0, 0)} == dict(levels)

    @invariant()
    def an_orders_quantity_is_accounted_for(self) -> None:
        leaves = {row.order_id: row.leaves_qty for row in self.rows(RestingRow)}
        for order_id, total in self.totals.items():
            assert self.filled[order_id] + leaves.get(order_id, 0) + self.ended.get(order_id, 0) == total

    @invariant()
    def positions_are_the_sum_of_fills(self) -> None:
        rows = {(row.account_id, row.strategy_id, row.instrument_id): row.qty for row in self.rows(PositionRow)}
        assert rows == dict(self.positions)

    @invariant()
    def the_desk_and_the_venue_agree(self) -> None:
        resting = {row.order_id: (row.price, row.leaves_qty) for row in self.rows(RestingRow) if row.account_id < 3}
        desk = {row.order_id: (row.price, row.qty - row.filled_qty) for row in self.rows(OrderRow)}
        assert desk == resting
        assert all(row.status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED) for row in self.rows(OrderRow))

    @invariant()
    def nobody_trades_with_oneself_and_events_have_no_gaps(self) -> None:
        assert [event.sequence for event in self.driver.events] == list(range(1, len(self.driver.events) + 1))

    def teardown(self) -> None:
        """The journaled commands rebuild the same engine, event by event."""
        if not hasattr(self, "driver"):
            return
        replica = ReferenceKernel()
        stream = split_stream(replica.apply_batch(encode_all(self.driver.commands)))
        assert [event for _, caused in stream for event in caused] == self.driver.events
        assert replica.state_hash() == self.driver.kernel.state_hash()
        snapshot = replica.snapshot()
        assert ReferenceKernel.restore(snapshot).snapshot() == snapshot

    def rows(self, kind: type[Any]) -> list[Any]:
        _, sections = decode_snapshot(self.driver.kernel.snapshot())
        return sections[kind]

    def take(self, facts: list[Event]) -> None:
        for fact in facts:
            match fact:
                case events.OrderFilled():
                    self.filled[fact.order_id] += fact.last_qty
                    if fact.account_id < 3:
                        key = (fact.account_id, fact.strategy_id, fact.instrument_id)
                        self.positions[key] += fact.side.sign * fact.last_qty
                case events.OrderCanceled() | events.OrderExpired():
                    self.ended[fact.order_id] = fact.canceled_qty
                case events.OrderDenied() | events.OrderRejected():
                    self.ended[fact.order_id] = self.totals[fact.order_id]
                case events.OrderReplaced():
                    self.totals[fact.order_id] = fact.qty
                case events.BookDelta():
                    self.levels[fact.instrument_id, fact.side, fact.price] = (fact.qty, fact.order_count)
                case _:
                    pass


ReferenceMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestReferenceInvariants = ReferenceMachine.TestCase
