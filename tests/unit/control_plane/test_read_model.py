"""What the model says is what the engine holds, whether it followed events or was restored."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from cambist.application.control_plane.account_view import view_account
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_view import view_risk
from cambist.domain.commands import (
    AdjustBalance,
    AdvanceTime,
    CancelOrder,
    Kill,
    MarketUpdate,
    MassCancel,
    ReplaceOrder,
    SetFees,
    SetStrategyParameters,
    VenueReport,
)
from cambist.domain.events import OrderSubmitted
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderFlag, OrderStatus, ReportKind, Side, TimeInForce, TradingState, VenueKind
from cambist.testing.builders import E8, define_instrument, limit_order, market_order, set_limits

SECOND_NS = 10**9


def state_of(model: ReadModel) -> dict[str, Any]:
    """Everything that a snapshot determines."""
    with model.reading():
        return {
            "open orders": [
                msgspec.structs.replace(order, created_ns=0, updated_ns=0) for order in model.orders.open()
            ],
            "gate prices": [model.orders.gate_price(order.order_id) for order in model.orders.open()],
            "positions": list(model.positions),
            "accounts": [view_account(model, account) for account in model.accounts],
            "peaks": [(account.peak_equity, account.day_start_equity) for account in model.accounts],
            "risk": [msgspec.structs.replace(view_risk(model, account), limits=()) for account in model.accounts],
            "strategies": [
                (strategy.name, strategy.state, strategy.parameters, strategy.pnl, strategy.trades, strategy.volume)
                for strategy in model.strategies
            ],
            "wins and losses": [(strategy.gross_profit, strategy.gross_loss) for strategy in model.strategies],
            "quotes": [msgspec.structs.replace(market.quote, ts_ns=0) for market in model.markets],
            "books": [[list(market.book.levels(side)) for side in Side] for market in model.markets],
            "holdings": list(model.holdings),
            "sessions": list(model.sessions),
            "participants": list(model.participants),
            "schedules": [model.participants.schedule(account_id) for account_id in range(10)],
            "trades": [model.trades.get(trade_id) for trade_id in range(1, 2_000)],
            "circuit breaker": model.circuit_breaker.breaker,
            "standing quotes": list(model.quotes),
            "phases": [model.instruments.phase(instrument.instrument_id) for instrument in model.instruments],
        }


def random_command(rng: random.Random, open_ids: list[int]) -> Command:
    side = rng.choice(list(Side))
    qty, price = rng.randint(1, 20), rng.randint(90, 110)
    account_id = rng.choice((1, 1, 2))
    strategy_id = rng.choice((0, 1)) if account_id == 1 else 0
    scope = {"account_id": account_id, "strategy_id": strategy_id}
    choices: list[Command] = [
        limit_order(side, qty, price, **scope),
        limit_order(side, qty, price, **scope),
        limit_order(side, qty, price, **scope),
        limit_order(side, qty, price, time_in_force=TimeInForce.IOC, **scope),
        limit_order(side, qty, price, client_order_id=f"c{rng.randint(0, 30)}"),
        limit_order(side, qty, price, flags=OrderFlag.REDUCE_ONLY),
        limit_order(side, 0, price),
        market_order(side, qty, **scope),
        AdvanceTime(),
    ]
    if open_ids:
        order_id = rng.choice(open_ids)
        choices += [
            CancelOrder(account_id=1, order_id=order_id),
            ReplaceOrder(account_id=1, order_id=order_id, price=price, qty=qty),
            ReplaceOrder(account_id=1, order_id=order_id, price=price, qty=qty),
        ]
    if rng.random() < 0.02:
        return MassCancel(account_id=1)
    return rng.choice(choices)


@pytest.mark.parametrize("seed", range(6))
def test_a_model_that_followed_equals_one_that_was_restored(followed, seed: int) -> None:
    rng = random.Random(seed)
    host = followed.host
    host.apply(
        [
            SetFees(account_id=1, instrument_id=0, maker_fee=-100, taker_fee=500),
            set_limits(limits=Limits(leverage=3, max_open_orders=40)),
            SetStrategyParameters(strategy_id=1, parameters='{"size":1}'),
        ]
    )
    for _ in range(400):
        with followed.model.reading() as model:
            open_ids = [order.order_id for order in model.orders.open()]
        host.now_ns += rng.randint(0, 300_000_000)
        host.apply([random_command(rng, open_ids)])
    host.advance(2 * SECOND_NS)  # A valuation: strategies' results are stated there.
    assert state_of(followed.model) == state_of(followed.restored())


def test_an_order_can_be_read_once_its_command_is_answered(followed) -> None:
    (receipt,) = followed.host.submit([limit_order(Side.BUY, 5, 99, client_order_id="mine")]).result()
    with followed.model.reading() as model:
        order = model.orders.get(receipt.command.sequence)
        assert order is not None
        assert order.status is OrderStatus.NEW
        assert model.orders.by_client_id(1, "mine") == order


def test_orders_of_members_stay_out(followed) -> None:
    followed.host.apply([limit_order(Side.BUY, 5, 99, account_id=2), limit_order(Side.SELL, 2, 99)])
    with followed.model.reading() as model:
        assert [order.account_id for order in model.orders.newest_first()] == [1]
        assert [fill.account_id for fill in model.fills.newest_first()] == [1]
        assert model.activity.fills == 1
        assert [account.name for account in model.accounts] == ["main"]


def test_a_denied_order_is_kept_with_its_reason(followed) -> None:
    (receipt,) = followed.host.apply([limit_order(Side.BUY, 0, 99)])
    with followed.model.reading() as model:
        order = model.orders.get(receipt.command.sequence)
        assert order is not None and order.status is OrderStatus.DENIED
        assert model.activity.orders["denied"] == 1
        assert model.activity.refusals == {"INVALID_QTY": 1}


def test_the_equity_curve_counts_from_the_days_start(followed) -> None:
    host = followed.host
    host.apply([limit_order(Side.SELL, 10, 100, account_id=2), limit_order(Side.BUY, 10, 100)])
    host.apply([limit_order(Side.BUY, 1, 109, account_id=2), limit_order(Side.SELL, 1, 111, account_id=2)])
    host.advance(SECOND_NS)
    host.apply([AdjustBalance(account_id=1, amount=500 * E8)])
    host.advance(SECOND_NS)
    with followed.model.reading() as model:
        points = model.equity.last(1, 10)
    assert [point.pnl for point in points] == [100 * E8, 100 * E8]
    assert points[-1].equity == points[-2].equity + 500 * E8


def test_a_new_day_begins_with_no_loss_for_strategies(followed) -> None:
    host = followed.host
    host.apply([limit_order(Side.SELL, 10, 100, account_id=2), limit_order(Side.BUY, 10, 100, strategy_id=1)])
    host.apply([limit_order(Side.BUY, 1, 90, account_id=2), limit_order(Side.SELL, 1, 92, account_id=2)])
    host.apply([set_limits(strategy_id=1, limits=Limits(max_daily_loss=1_000 * E8))])
    host.advance(SECOND_NS)

    def loss() -> int | None:
        with followed.model.reading() as model:
            uses = view_risk(model, next(iter(model.accounts))).limits
        return next(use.used for use in uses if use.scope == "maker" and use.name == "max_daily_loss")

    assert loss() == 90 * E8
    host.advance(86_400 * SECOND_NS)
    assert loss() == 0


def test_an_outside_order_waits_for_its_venue(followed) -> None:
    host = followed.host
    host.apply([define_instrument(2, "OUT", venue=VenueKind.EXTERNAL)])
    host.apply([MarketUpdate(instrument_id=2, bid_price=99, ask_price=101, last_price=100)])
    (receipt,) = host.apply([limit_order(Side.BUY, 10, 100, instrument_id=2)])
    order_id = receipt.command.sequence

    def report(kind: ReportKind, exec_id: int, **values: int) -> OrderStatus:
        host.apply([VenueReport(order_id=order_id, exec_id=exec_id, report=kind, **values)])
        with followed.model.reading() as model:
            order = model.orders.get(order_id)
        assert order is not None
        return order.status

    assert report(ReportKind.ACCEPTED, 1) is OrderStatus.NEW
    assert report(ReportKind.FILLED, 2, price=100, qty=4) is OrderStatus.PARTIALLY_FILLED
    host.apply([ReplaceOrder(account_id=1, order_id=order_id, price=101, qty=9)])
    host.apply([ReplaceOrder(account_id=1, order_id=order_id, price=102, qty=9)])  # refused: one is in flight
    with followed.model.reading() as model:
        pending = model.orders.get(order_id)
    assert pending is not None and pending.status is OrderStatus.PENDING_REPLACE
    assert report(ReportKind.REPLACE_REJECTED, 3) is OrderStatus.PARTIALLY_FILLED
    host.apply([CancelOrder(account_id=1, order_id=order_id)])
    assert report(ReportKind.CANCEL_REJECTED, 4) is OrderStatus.PARTIALLY_FILLED
    assert state_of(followed.model) == state_of(followed.restored())
    assert report(ReportKind.CANCELED, 5) is OrderStatus.CANCELED


def test_the_kill_switch_is_seen_at_once(followed) -> None:
    followed.host.apply([limit_order(Side.BUY, 1, 99), Kill(account_id=0, cause="drill")])
    with followed.model.reading() as model:
        assert model.orders.open() == []
        assert model.risk.effective_state(1) is TradingState.HALTED
        assert model.risk.is_killed(1)


def test_commits_nobody_reads_do_not_pile_up(followed) -> None:
    for _ in range(10_000):
        followed.host.apply([])
    assert len(followed.model._queue) <= 4_096


def test_watchers_hear_of_each_change_once(followed) -> None:
    changes = followed.model.orders.watch()
    (receipt,) = followed.host.apply([limit_order(Side.BUY, 5, 99)])
    followed.host.apply([limit_order(Side.SELL, 1, 99, account_id=2)])
    with followed.model.reading():
        assert changes.take() == [receipt.command.sequence]
        assert changes.take() == []
    followed.model.orders.unwatch(changes)
    followed.host.apply([limit_order(Side.BUY, 5, 98)])
    with followed.model.reading():
        assert len(changes) == 0


def test_an_order_that_passed_is_counted_once(followed) -> None:
    (receipt,) = followed.host.apply([limit_order(Side.BUY, 5, 99)])
    assert isinstance(receipt.events[0], OrderSubmitted)
    with followed.model.reading() as model:
        assert model.activity.orders == {"submitted": 1}
