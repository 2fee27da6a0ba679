"""What accounts hold of assets."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.holding_view import HoldingView
from cambist.application.control_plane.read_model import ReadModel
from cambist.domain.grid import e8_text


class Holding(msgspec.Struct, kw_only=True):
    """What an account has of an asset; what open orders may still take is `reserved`, the rest is `free`."""

    account: str
    asset: str
    balance: str
    reserved: str
    free: str


def holding_shape(model: ReadModel, view: HoldingView) -> Holding:
    """Call while reading the model."""
    return Holding(
        account=model.accounts.name_of(view.account_id),
        asset=model.holdings.name_of(view.asset_id),
        balance=e8_text(view.holding.balance),
        reserved=e8_text(view.holding.reserved),
        free=e8_text(view.holding.free),
    )
