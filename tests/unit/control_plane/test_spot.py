"""Spot trading in the read model: positions that record it, and sums of money that leave it out."""

from __future__ import annotations

from cambist.application.control_plane.account_view import view_account
from cambist.application.control_plane.risk_view import view_risk
from cambist.domain.commands import AdjustHolding, DefineAsset
from cambist.domain.limits import Limits
from cambist.domain.vocabulary import Side
from cambist.testing.builders import E8, define_instrument, limit_order, set_limits

SPOT, MEMBER = 5, 2
SECOND_NS = 10**9


def trade_spot(followed) -> None:
    """Ten lots bought at 100, by a strategy, and as many still wanted."""
    followed.host.apply(
        [
            DefineAsset(asset_id=1, name="COIN"),
            DefineAsset(asset_id=2, name="CASH"),
            define_instrument(SPOT, "COINCASH", price_band=200_000, assets=(1, 2)),
            AdjustHolding(account_id=1, asset_id=2, amount=5_000 * E8),
            set_limits(strategy_id=1, limits=Limits(max_exposure_notional=10**15)),
            limit_order(Side.SELL, 10, 100, account_id=MEMBER, instrument_id=SPOT),
            limit_order(Side.BUY, 20, 100, instrument_id=SPOT, strategy_id=1),
            limit_order(Side.SELL, 5, 104, account_id=MEMBER, instrument_id=SPOT),
        ]
    )
    followed.host.advance(2 * SECOND_NS)


def test_a_spot_position_is_marked_but_is_no_part_of_the_account(followed) -> None:
    trade_spot(followed)
    with followed.model.reading() as model:
        (position,) = model.positions
        assert (position.qty, position.mark_price, position.unrealised_pnl) == (10, 102, 20 * E8)
        view = view_account(model, next(iter(model.accounts)))
        assert (view.equity, view.unrealised_pnl, view.position_notional) == (1_000_000 * E8, 0, 0)
        assert (view.order_notional, view.margin_required, view.open_orders) == (0, 0, 1)
        uses = {use.name: use.used for use in view_risk(model, next(iter(model.accounts))).limits if use.strategy}
        assert uses["max_exposure_notional"] == 0


def test_a_restored_model_says_the_same_of_spot(followed) -> None:
    trade_spot(followed)
    restored = followed.restored()
    with followed.model.reading() as model, restored.reading() as again:
        assert list(again.positions) == list(model.positions)
        for one, other in zip(again.accounts, model.accounts, strict=True):
            assert view_account(again, one) == view_account(model, other)
        (strategy,), (other_strategy,) = again.strategies, model.strategies
        assert strategy.pnl == other_strategy.pnl == 0
