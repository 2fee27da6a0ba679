"""A process that starts again knows what it knew."""

from __future__ import annotations

from msgspec.structs import asdict, replace

from cambist.application.control_plane.order_queries import OrderQueries
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.restoration import restore
from cambist.application.control_plane.risk_table import FIRM
from cambist.application.ports.history import FillView, OrderFilter, OrderView
from cambist.domain.commands import AdvanceTime, Kill, NewInstructedOrder, ReplaceOrder, SetPhase, SetStrategyState
from cambist.domain.reasons import Reason
from cambist.domain.session_commands import HaltInstrument, SetCircuitBreaker
from cambist.domain.vocabulary import Contingency, OrderType, Phase, Side, StrategyState, TradingState
from cambist.testing.builders import START_NS, limit_order, open_desk_account


class Remembered:
    """A History with what another model held."""

    def __init__(self, model: ReadModel) -> None:
        with model.reading():
            self._orders = list(model.orders.newest_first())
            self._fills = list(model.fills.newest_first())
            self._causes = {each.strategy_id: (each.state, each.cause) for each in model.strategies}
            self._points = {
                account.account_id: [
                    (point.ts_ns, point.equity, 0) for point in model.equity.last(account.account_id, 100)
                ]
                for account in model.accounts
            }

    def order(self, order_id: int) -> OrderView | None:
        return next((order for order in self._orders if order.order_id == order_id), None)

    def order_by_client_id(self, account_id: int, client_order_id: str) -> OrderView | None:
        return next((order for order in self._orders if order.client_order_id == client_order_id), None)

    def orders(self, wanted: OrderFilter) -> list[OrderView]:
        before = wanted.before or 1 << 62
        return [order for order in self._orders if order.order_id < before][: wanted.limit]

    def fills(self, wanted: OrderFilter) -> list[FillView]:
        before = wanted.before or 1 << 62
        return [fill for fill in self._fills if fill.fill_id < before][: wanted.limit]

    def strategy_causes(self) -> dict[int, tuple[StrategyState, str]]:
        return dict(self._causes)

    def equity_series(self, account_id: int, since_ns: int, limit: int) -> list[tuple[int, int, int]]:
        return self._points[account_id][-limit:]


def test_orders_fills_and_equity_are_there_after_a_restart(followed) -> None:
    host = followed.host
    host.apply(open_desk_account(3, "second"))
    host.apply([limit_order(Side.SELL, 10, 100, account_id=2), limit_order(Side.BUY, 4, 100, client_order_id="a")])
    host.apply([limit_order(Side.BUY, 1, 95, client_order_id="b"), limit_order(Side.BUY, 0, 95)])
    for _ in range(3):
        host.advance(10**9)
    again = ReadModel()
    history = Remembered(followed.model)
    restore(again, host.snapshot().result(), history)
    before, after = OrderQueries(followed.model, None), OrderQueries(again, history)
    assert after.orders(OrderFilter()) == before.orders(OrderFilter())
    assert after.fills(OrderFilter()) == before.fills(OrderFilter())
    with followed.model.reading() as old, again.reading() as new:
        assert new.equity.last(1, 10) == old.equity.last(1, 10)
        assert new.equity.last(FIRM, 10) == old.equity.last(FIRM, 10)
        assert new.orders.last_closed(10) == old.orders.last_closed(10)
        assert new.activity.now_ns == old.activity.now_ns


def test_a_restored_model_goes_on_with_the_engine(followed) -> None:
    host = followed.host
    host.apply([limit_order(Side.BUY, 5, 95)])
    again = followed.restored()
    host.subscribe(again.on_commit)
    host.apply([limit_order(Side.SELL, 2, 95, account_id=2)])
    with followed.model.reading() as old, again.reading() as new:
        assert list(new.positions) == list(old.positions)
        assert [order.filled_qty for order in new.orders.open()] == [2]
        assert new.activity.sequence == old.activity.sequence


def test_what_an_amendment_keeps_is_known_after_a_restart(followed) -> None:
    """The trigger price and the limit of a pegged order, where only the quantity of the order is to change."""
    host = followed.host
    bid = limit_order(Side.BUY, 1, 95, account_id=2)
    stop = NewInstructedOrder(**asdict(limit_order(Side.BUY, 4, 0)) | {"order_type": OrderType.STOP}, trigger_price=120)
    pegged = NewInstructedOrder(**asdict(limit_order(Side.BUY, 4, 99)) | {"order_type": OrderType.PEGGED}, offset=-1)
    child = replace(pegged, contingency=Contingency.CHILD, group_id=1)
    receipts = host.apply([bid, stop, pegged, child])
    stop_id, pegged_id, child_id = (receipt.command.sequence for receipt in receipts[1:])
    host.apply(
        [
            ReplaceOrder(account_id=1, order_id=stop_id, price=125, qty=4),
            ReplaceOrder(account_id=1, order_id=pegged_id, price=98, qty=5),
            ReplaceOrder(account_id=1, order_id=pegged_id, price=0, qty=0),
        ]
    )
    for model in (followed.model, followed.restored()):
        with model.reading():
            orders = [model.orders.get(order_id) for order_id in (stop_id, pegged_id, child_id)]
            assert [order.price for order in orders] == [0, 94, 99]
            assert [order.present_price for order in orders] == [125, 98, 99]


def test_the_switch_of_a_strategy_outlives_a_restart(followed) -> None:
    followed.host.apply([Kill(account_id=1, strategy_id=1, cause="drill")])
    with followed.model.reading() as old, followed.restored().reading() as new:
        for model in (old, new):
            assert (model.risk.effective_state(1, 1), model.risk.is_killed(1, 1)) == (TradingState.HALTED, True)
            assert (model.risk.effective_state(1), model.risk.is_killed(1)) == (TradingState.ACTIVE, False)


def test_why_and_since_when_an_instrument_is_halted_outlives_a_restart(followed) -> None:
    followed.host.now_ns += 10**9
    followed.host.apply([HaltInstrument(instrument_id=1, duration_ns=0, cause="rumours of a merger")])
    followed.host.now_ns += 10**9
    followed.host.apply([AdvanceTime()])
    with followed.restored().reading() as new:
        (session,) = new.sessions
        assert (session.phase, session.since_ns) == (Phase.HALTED, START_NS + 10**9)
        assert (session.halt_reason, session.halt_cause) == (Reason.REQUESTED, "rumours of a merger")
    followed.host.apply([SetPhase(instrument_id=1, phase=Phase.CONTINUOUS)])
    with followed.restored().reading() as new:
        (session,) = new.sessions
        assert (session.since_ns, session.halt_reason, session.halt_cause) == (START_NS + 2 * 10**9, 0, "")


def test_how_the_circuit_breaker_tripped_outlives_a_restart_until_the_day_ends(followed) -> None:
    levels = {"level_1": 10_000, "level_2": 0, "level_3": 0, "cool_down_1_ns": 5 * 10**9, "cool_down_2_ns": 0}
    orders = [limit_order(Side.BUY, 1, 90, account_id=2), limit_order(Side.SELL, 1, 90)]
    followed.host.apply([SetCircuitBreaker(instrument_id=0, **levels), *orders])
    for day, expected in ((0, (1, 100_000, START_NS + 5 * 10**9)), (1, (0, 0, 0))):
        followed.host.now_ns = START_NS + day * 86_400 * 10**9
        followed.host.apply([AdvanceTime()])
        for model in (followed.model, followed.restored()):
            with model.reading():
                breaker = model.circuit_breaker.breaker
                assert breaker is not None
                assert (breaker.tripped, breaker.fall, breaker.until_ns) == expected


def test_why_a_strategy_is_in_its_state_outlives_a_restart(followed) -> None:
    failed = SetStrategyState(strategy_id=1, state=StrategyState.ERROR, cause="ValueError: no price")
    followed.host.apply([failed])
    past = Remembered(followed.model)
    model = ReadModel()
    restore(model, followed.host.snapshot().result(), past)
    with model.reading():
        assert [(each.state, each.cause) for each in model.strategies] == [(StrategyState.ERROR, failed.cause)]
    followed.host.apply([SetStrategyState(strategy_id=1, state=StrategyState.STOPPED, cause="looked at")])
    later = ReadModel()
    restore(later, followed.host.snapshot().result(), past)
    with later.reading():
        assert [each.cause for each in later.strategies] == [""], "the tables lag: what they say is of before"
