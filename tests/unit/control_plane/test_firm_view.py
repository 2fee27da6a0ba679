"""The firm is the sum of its accounts, at any time and over midnight."""

from __future__ import annotations

import pytest

from cambist.application.control_plane.account_view import view_account, view_firm
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_table import FIRM
from cambist.application.control_plane.risk_view import view_risk
from cambist.domain.commands import AdjustBalance, SetTradingState
from cambist.domain.limits import Limits
from cambist.domain.vocabulary import Side, TradingState
from cambist.testing.builders import E8, limit_order, open_desk_account, set_limits

SECOND_NS = 10**9
DAY_NS = 86_400 * SECOND_NS
MEMBER, SECOND = 2, 3


@pytest.fixture
def two(followed):
    """A second account beside main, with half of its money and the same leverage."""
    followed.host.apply(open_desk_account(SECOND, "second", 500_000 * E8))
    return followed


def lose(two) -> None:
    """main ends flat and 10 poorer, second holds 4 lots that lost 36."""
    two.host.apply([limit_order(Side.SELL, 5, 100, account_id=MEMBER), limit_order(Side.BUY, 1, 100)])
    two.host.apply([limit_order(Side.BUY, 4, 100, account_id=SECOND)])
    two.host.apply([limit_order(Side.BUY, 2, 90, account_id=MEMBER), limit_order(Side.SELL, 1, 92, account_id=MEMBER)])
    two.host.apply([limit_order(Side.SELL, 1, 90)])
    two.host.advance(SECOND_NS)


def test_amounts_are_sums_and_the_drawdown_is_that_of_the_sums(two) -> None:
    lose(two)
    with two.model.reading() as model:
        first, second = (view_account(model, account) for account in model.accounts)
        firm = view_firm(model)
    for name in ("balance", "equity", "peak_equity", "daily_pnl", "position_notional", "margin_required"):
        assert getattr(firm, name) == getattr(first, name) + getattr(second, name)
    assert firm.name == "firm"
    assert (firm.daily_pnl, firm.drawdown) == (-46 * E8, 46 * 1_000_000 // 1_500_000)


def test_a_desk_without_accounts_is_worth_nothing() -> None:
    firm = view_firm(ReadModel())
    assert (firm.equity, firm.drawdown, firm.open_orders) == (0, 0, 0)


def test_the_firms_curve_has_a_point_per_second_with_every_account_in_it(two) -> None:
    two.host.advance(SECOND_NS)
    lose(two)
    two.host.apply([AdjustBalance(account_id=1, amount=500 * E8)])
    two.host.advance(SECOND_NS)
    with two.model.reading() as model:
        points = model.equity.last(FIRM, 10)
        firm = view_firm(model)
    assert len({point.ts_ns for point in points}) == len(points) == 3
    assert [point.equity for point in points[:1]] == [1_500_000 * E8]
    assert (points[-1].equity, points[-1].pnl) == (firm.equity, firm.daily_pnl)


def test_an_account_without_positions_begins_its_day_at_midnight_too(two) -> None:
    two.host.apply([limit_order(Side.SELL, 1, 100, account_id=MEMBER), limit_order(Side.BUY, 1, 100)])
    two.host.apply([limit_order(Side.BUY, 1, 109, account_id=MEMBER), limit_order(Side.SELL, 1, 109)])
    two.host.advance(SECOND_NS)
    with two.model.reading() as model:
        assert view_firm(model).daily_pnl == 9 * E8
    two.host.advance(DAY_NS)
    with two.model.reading() as model, two.restored().reading() as restored:
        assert view_firm(model).daily_pnl == view_firm(restored).daily_pnl == 0


def test_the_past_of_the_firm_counts_each_account_from_its_first_point(two) -> None:
    model = ReadModel()
    model.equity.remember(1, [(1, 100), (2, 110), (DAY_NS + 1, 130)], 110, DAY_NS + 1)
    model.equity.remember(SECOND, [(2, 50), (3, 40)], 40, DAY_NS + 1)
    model.equity.combine()
    points = [(point.ts_ns, point.equity, point.pnl) for point in model.equity.last(FIRM, 10)]
    assert points == [(1, 100, 0), (2, 160, 10), (3, 150, 0), (DAY_NS + 1, 170, 20)]


def test_the_firms_risk_names_account_and_strategy_of_each_limit(two) -> None:
    two.host.apply([set_limits(1, 1, Limits(max_open_orders=3)), set_limits(SECOND, 0, Limits(max_open_orders=7))])
    with two.model.reading() as model:
        risk = view_risk(model, None)
    found = {(use.account, use.strategy): use.limit for use in risk.limits if use.name == "max_open_orders"}
    assert found == {("main", None): 0, ("main", "maker"): 3, ("second", None): 7}


def test_an_account_that_is_stopped_by_itself_does_not_stop_the_firm(two) -> None:
    two.host.apply([SetTradingState(account_id=SECOND, state=TradingState.HALTED, cause="look")])
    with two.model.reading() as model:
        risk = view_risk(model, None)
    assert (risk.trading_state, risk.account_state) == (TradingState.ACTIVE, TradingState.HALTED)
    assert [switch.trading_state for switch in risk.accounts] == [TradingState.ACTIVE, TradingState.HALTED]
