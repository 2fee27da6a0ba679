"""The reference strategies do on the synthetic market what they say."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from cambist.application.research.backtest import BacktestSetup, run_backtest
from cambist.application.research.result import BacktestResult
from cambist.application.strategy import Strategy
from cambist.domain.errors import ValueOutOfRange
from cambist.domain.vocabulary import OrderType, Side, TimeInForce
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.infrastructure.persistence.journal.memory_journal import MemoryJournal
from cambist.infrastructure.venues.synthetic.market import SyntheticMarket
from cambist.strategies.market_maker import MarketMaker
from cambist.strategies.momentum import Momentum

SECOND_NS = 1_000_000_000
START_NS = 1_767_225_600 * SECOND_NS


def setup(seed: int, seconds: int, **options: object) -> BacktestSetup:
    values: dict[str, object] = {
        "kernel": ReferenceKernel(),
        "journal": MemoryJournal(),
        "sources": [SyntheticMarket(seed, START_NS, 200)],
        "run_ns": seconds * SECOND_NS,
        "start_ns": START_NS,
        "seed": seed,
        "maker_fee_ppm": 0,
        "taker_fee_ppm": 200,
    }
    return BacktestSetup(**{**values, **options})  # type: ignore[arg-type]


@cache
def made_markets(seed: int) -> BacktestResult:
    return run_backtest(MarketMaker(), setup(seed, 60))


@cache
def followed_moves(seed: int) -> BacktestResult:
    return run_backtest(Momentum(), setup(seed, 150))


def held(result: BacktestResult) -> list[Decimal]:
    """The notional held in any symbol after each fill."""
    quantities: dict[str, Decimal] = {}
    notionals = []
    for fill in result.fills:
        sign = 1 if fill.side is Side.BUY else -1
        quantities[fill.symbol] = quantities.get(fill.symbol, Decimal(0)) + sign * fill.qty
        notionals.append(abs(quantities[fill.symbol]) * fill.price)
    return notionals


@pytest.mark.parametrize("seed", [1, 2])
def test_the_maker_earns_spread_and_only_makes(seed: int) -> None:
    result = made_markets(seed)
    assert result.errors == ()
    assert len(result.fills) > 25
    assert all(fill.is_maker for fill in result.fills)
    assert result.pnl > 0
    assert result.win_rate is not None and result.win_rate > Decimal("0.5")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_makers_inventory_stays_bounded(seed: int) -> None:
    largest = float(MarketMaker().max_inventory_notional)
    assert max(held(made_markets(seed))) < Decimal(largest * 1.01)


def test_the_maker_quotes_both_sides_and_amends_rather_than_replaces() -> None:
    result = made_markets(1)
    assert {order.side for order in result.orders} == {Side.BUY, Side.SELL}
    assert {fill.symbol for fill in result.fills} == {"BTCUSDT", "ETHUSDT"}
    assert result.denied == 0
    assert len(result.orders) < len(result.fills)


@pytest.mark.parametrize("seed", [1, 2])
def test_momentum_takes_and_never_rests(seed: int) -> None:
    result = followed_moves(seed)
    assert result.errors == ()
    assert len(result.fills) > 4
    assert not any(fill.is_maker for fill in result.fills)
    assert all(order.time_in_force is TimeInForce.IOC for order in result.orders)


@pytest.mark.parametrize("seed", [1, 2])
def test_momentum_never_holds_more_than_one_entry(seed: int) -> None:
    assert max(held(followed_moves(seed))) <= Momentum().order_notional * Decimal("1.02")


def test_momentum_leaves_after_a_time() -> None:
    result = followed_moves(1)
    entries = [order for order in result.orders if order.order_type is OrderType.LIMIT]
    exits = [order for order in result.orders if order.order_type is OrderType.MARKET]
    assert entries and exits
    longest_ns = int(Momentum().hold_s * SECOND_NS) + SECOND_NS
    for entry in entries[:-3]:
        later = [order.ts_ns for order in exits if order.symbol == entry.symbol and order.ts_ns > entry.ts_ns]
        filled = any(fill.order_id == entry.order_id for fill in result.fills)
        assert not filled or (later and later[0] - entry.ts_ns <= longest_ns)


def test_a_result_is_consistent_in_itself() -> None:
    result = made_markets(1)
    assert result.pnl == result.net_pnl + result.unrealised_pnl
    assert result.commission == sum(fill.commission for fill in result.fills)
    assert result.volume == sum(fill.price * fill.qty for fill in result.fills)
    assert result.wins <= result.trades <= len(result.fills)
    assert result.capital == 1_000_000
    assert result.equity[-1][1] == result.capital + result.pnl
    assert result.max_drawdown >= 0
    assert result.run_seconds == 60
    assert [order.order_id for order in result.orders] == sorted(order.order_id for order in result.orders)


def test_the_same_backtest_again_gives_the_same_result() -> None:
    assert run_backtest(MarketMaker(), setup(1, 20)) == run_backtest(MarketMaker(), setup(1, 20))


def test_progress_is_told_up_to_the_end() -> None:
    told: list[tuple[int, int | None]] = []
    run_backtest(Momentum(), setup(1, 5), progress=lambda done, whole: told.append((done, whole)))
    assert told[-1] == (5 * SECOND_NS, 5 * SECOND_NS)


def test_a_strategy_that_raises_is_in_the_result() -> None:
    class Broken(Strategy):
        symbols = ("BTCUSDT",)

        def on_start(self) -> None:
            raise RuntimeError("cannot begin")

    result = run_backtest(Broken(), setup(1, 2))
    assert len(result.errors) == 1
    assert "cannot begin" in result.errors[0]
    assert result.orders == ()


def test_a_negative_capital_is_refused() -> None:
    with pytest.raises(ValueOutOfRange):
        run_backtest(MarketMaker(), setup(1, 1, capital="-1"))
