"""The desk's accounts as commands, for the first start of a data directory."""

from __future__ import annotations

from cambist.bootstrap.settings import DeskSettings
from cambist.domain.commands import AdjustBalance, OpenAccount, SetFees, SetLimits
from cambist.domain.grid import exact_e8
from cambist.domain.message import Command
from cambist.domain.vocabulary import AccountKind

BY_HAND_ACCOUNT = 1
"""The lowest id: the API's default for orders."""
STRATEGIES_ACCOUNT = 2
_EVERY_INSTRUMENT = 0
_WHOLE_ACCOUNT = 0


def desk_definitions(desk: DeskSettings) -> list[Command]:
    """Open both accounts, alike in everything but their names."""
    return [
        *_account_definitions(BY_HAND_ACCOUNT, desk.account, desk),
        *_account_definitions(STRATEGIES_ACCOUNT, desk.strategies_account, desk),
    ]


def _account_definitions(account_id: int, name: str, desk: DeskSettings) -> list[Command]:
    """Open, deposit, set fees and limits."""
    return [
        OpenAccount(account_id=account_id, account_kind=AccountKind.DESK, name=name),
        AdjustBalance(account_id=account_id, amount=exact_e8(desk.deposit)),
        SetFees(
            account_id=account_id,
            instrument_id=_EVERY_INSTRUMENT,
            maker_fee=desk.maker_fee_ppm,
            taker_fee=desk.taker_fee_ppm,
        ),
        SetLimits(
            account_id=account_id,
            strategy_id=_WHOLE_ACCOUNT,
            max_order_notional=exact_e8(desk.max_order_notional),
            max_position_notional=exact_e8(desk.max_position_notional),
            max_exposure_notional=exact_e8(desk.max_exposure_notional),
            max_daily_loss=exact_e8(desk.max_daily_loss),
            max_drawdown=desk.max_drawdown_ppm,
            leverage=desk.leverage,
            max_open_orders=desk.max_open_orders,
            max_orders_per_second=desk.max_orders_per_second,
        ),
    ]
