"""The strategy aggregate: its life and its results."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from cambist.domain.errors import InvariantBroken
from cambist.domain.limits import Limits
from cambist.domain.strategy import TRANSITIONS, Strategy
from cambist.domain.vocabulary import StrategyState

STATE = StrategyState


def strategy_in(state: StrategyState = STATE.STOPPED) -> Strategy:
    return Strategy(strategy_id=1, account_id=1, name="maker", state=state)


@pytest.mark.parametrize("state", list(StrategyState), ids=lambda state: state.name)
@pytest.mark.parametrize(
    ("step", "sources", "target"),
    [
        (Strategy.start, {STATE.STOPPED}, STATE.RUNNING),
        (Strategy.pause, {STATE.RUNNING}, STATE.PAUSED),
        (Strategy.resume, {STATE.PAUSED}, STATE.RUNNING),
        (Strategy.stop, {STATE.RUNNING, STATE.PAUSED, STATE.ERROR}, STATE.STOPPED),
        (Strategy.fail, {STATE.STOPPED, STATE.RUNNING, STATE.PAUSED}, STATE.ERROR),
    ],
)
def test_each_step_of_its_life_is_allowed_exactly_where_the_rules_say(
    step: Callable[[Strategy], None], sources: set[StrategyState], target: StrategyState, state: StrategyState
) -> None:
    strategy = strategy_in(state)
    if state in sources:
        step(strategy)
        assert strategy.state is target
        assert target in TRANSITIONS[state]
    else:
        with pytest.raises(InvariantBroken):
            step(strategy)
        assert strategy.state is state


def test_only_a_running_strategy_runs() -> None:
    assert [state for state in STATE if strategy_in(state).is_running] == [STATE.RUNNING]


def test_results_count_fills_that_close_something() -> None:
    strategy = strategy_in()
    assert strategy.win_rate is None and strategy.profit_factor is None
    strategy.record_fill(value=1_000, realised_pnl=0, commission=1, closed_qty=0)
    strategy.record_fill(value=500, realised_pnl=40, commission=1, closed_qty=5)
    strategy.track_peak()
    strategy.record_fill(value=500, realised_pnl=-10, commission=0, closed_qty=5)
    strategy.record_fill(value=500, realised_pnl=0, commission=-2, closed_qty=1)
    strategy.track_peak()
    assert (strategy.trades, strategy.wins, strategy.volume, strategy.net_pnl) == (3, 1, 2_500, 30)
    assert (strategy.win_rate, strategy.profit_factor) == (Fraction(1, 3), Fraction(4))
    assert (strategy.peak_pnl, strategy.max_drawdown, strategy.is_dirty) == (38, 8, True)


def test_a_days_loss_is_measured_from_the_start_of_the_day() -> None:
    strategy = strategy_in()
    strategy.record_fill(value=1, realised_pnl=-100, commission=0, closed_qty=1)
    assert not strategy.exceeds_daily_loss()
    strategy.limits = Limits(max_daily_loss=100)
    assert strategy.exceeds_daily_loss() and strategy.daily_loss == 100
    strategy.daily_loss_breached = True
    strategy.start_day()
    assert not strategy.exceeds_daily_loss() and not strategy.daily_loss_breached


def test_parameters_are_kept_as_they_are() -> None:
    strategy = strategy_in()
    assert strategy.parameters is None
    strategy.set_parameters("{}")
    assert strategy.parameters == "{}"
