"""Accounts, trading switches, limits and exposure."""

from __future__ import annotations

import pytest

from cambist.domain.account import Account
from cambist.domain.exposure import Exposure
from cambist.domain.fill import NO_FEES, Fees, Fill
from cambist.domain.limits import NO_LIMITS, Limits, RateBucket
from cambist.domain.position import Position
from cambist.domain.reasons import Reason
from cambist.domain.trading_switch import TradingSwitch
from cambist.domain.vocabulary import AccountKind, Liquidity, Side, TradingState
from cambist.testing.builders import set_limits


def desk_account(limits: Limits | None = None) -> Account:
    account = Account(account_id=1, kind=AccountKind.DESK, name="main", limits=limits)
    account.adjust(1_000)
    return account


def test_a_deposit_is_neither_gain_nor_loss() -> None:
    account = desk_account()
    account.adjust(-400)
    assert (account.balance, account.peak_equity, account.day_start_equity, account.daily_loss) == (600, 600, 600, 0)
    assert account.is_dirty and account.is_desk and account.drawdown_ppm == 0
    assert account.can_withdraw(600) and not account.can_withdraw(601)


def test_fills_move_balance_peak_and_drawdown() -> None:
    account = desk_account(Limits(max_daily_loss=100, max_drawdown=200_000, leverage=4))
    account.settle(300, 50)
    account.track_peak()
    assert (account.balance, account.peak_equity) == (1_250, 1_250)
    account.settle(-350, 0)
    account.track_peak()
    assert (account.equity, account.peak_equity, account.daily_loss) == (900, 1_250, 100)
    assert account.drawdown_ppm == 280_000
    assert account.exceeds_daily_loss() and account.exceeds_drawdown()
    account.exposure.order_notional = 1_001
    assert account.margin_required == 251
    account.daily_loss_breached = True
    account.start_day()
    assert not account.exceeds_daily_loss() and not account.daily_loss_breached


def test_without_limits_or_a_peak_nothing_is_exceeded() -> None:
    account = desk_account()
    account.settle(-5_000, 0)
    assert not account.exceeds_daily_loss() and not account.exceeds_drawdown()
    broke = Account(account_id=1, kind=AccountKind.DESK, name="x", limits=Limits(max_drawdown=1))
    assert not broke.exceeds_drawdown() and broke.drawdown_ppm == 0
    assert broke.effective_limits.effective_leverage == 1 and account.effective_limits is NO_LIMITS


def test_a_kill_latches_until_it_is_reset() -> None:
    switch = TradingSwitch()
    assert switch.set(TradingState.REDUCING) is Reason.NONE
    assert switch.reset() is Reason.INVALID_TRANSITION
    switch.kill()
    assert switch.set(TradingState.ACTIVE) is Reason.KILL_SWITCH_ENGAGED
    assert switch.set(TradingState.HALTED) is Reason.NONE
    assert switch.reset() is Reason.NONE
    assert switch.state is TradingState.HALTED
    assert switch.stricter(TradingSwitch()) is TradingState.HALTED
    assert TradingSwitch().stricter(TradingSwitch(TradingState.REDUCING)) is TradingState.REDUCING


@pytest.mark.parametrize(
    ("limits", "is_fine"),
    [(Limits(), True), (Limits(max_drawdown=1_000_000), True), (Limits(max_drawdown=1_000_001), False),
     (Limits(leverage=-1), False)],
)  # fmt: skip
def test_limits_are_checked(limits: Limits, is_fine: bool) -> None:
    assert limits.are_well_formed is is_fine
    assert Limits.told_by(set_limits(1, 0, limits)) == limits


def test_a_bucket_lets_a_seconds_worth_through_then_one_per_interval() -> None:
    bucket, now_ns = RateBucket(), 5_000_000_000
    for _ in range(4):
        assert bucket.admits(now_ns, 4)
        bucket.take(now_ns, 4)
    assert not bucket.admits(now_ns + 249_999_999, 4)
    assert bucket.admits(now_ns + 250_000_000, 4)
    assert bucket.admits(now_ns, 0)
    before = bucket.paid_until_ns
    bucket.take(now_ns, 0)
    assert bucket.paid_until_ns == before


def test_exposure_is_the_sum_of_orders_and_positions() -> None:
    exposure = Exposure()
    position = Position(account_id=1, strategy_id=0, instrument_id=1, unit_value=2)
    exposure.add_position(position)
    assert exposure == Exposure()
    position.fill(Side.SELL, 100, 3, 0)
    position.mark_price = 90
    exposure.add_position(position)
    exposure.add_order(70)
    assert (exposure.notional, exposure.unrealised_pnl, exposure.open_positions) == (610, 60, 1)
    exposure.remove_order(70)
    exposure.remove_position(position)
    assert exposure == Exposure()


def test_a_fill_knows_its_value_and_commission() -> None:
    fees = Fees(maker_fee=-100, taker_fee=500)
    fill = Fill.of(
        order_id=1, trade_id=2, side=Side.BUY, liquidity=Liquidity.TAKER, price=100, qty=7, unit_value=11, fees=fees
    )
    assert (fill.value, fill.commission) == (7_700, 4)
    assert (fees.rate(Liquidity.MAKER), NO_FEES.rate(Liquidity.TAKER)) == (-100, 0)
    assert fees.are_well_formed
    assert not Fees(1_000_001, 0).are_well_formed and not Fees(0, -1_000_001).are_well_formed
