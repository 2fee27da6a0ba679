"""Holdings as queries see them: what an account has of an asset, and what of it is promised to open orders."""

from __future__ import annotations

import msgspec

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.ports.history import OrderView
from cambist.domain.holding import Holding


class HoldingView(msgspec.Struct, frozen=True, kw_only=True):
    """In 1e-8 of the asset."""

    account_id: int
    asset_id: int
    holding: Holding


def view_holdings(model: ReadModel) -> list[HoldingView]:
    """Every holding that was ever changed, by account and asset. Call while reading the model."""
    holdings = {key: Holding(balance) for key, balance in model.holdings}
    for order in model.orders.open():
        instrument = model.instruments[order.instrument_id]
        if instrument.is_spot:
            key = (order.account_id, instrument.pays_with(order.side))
            holdings[key].reserved += _reserved(model, order)
    return [HoldingView(account_id=key[0], asset_id=key[1], holding=held) for key, held in holdings.items()]


def _reserved(model: ReadModel, order: OrderView) -> int:
    """Rule spot.reserve. An order was only taken where its account held enough: the holding is there."""
    instrument = model.instruments[order.instrument_id]
    per_lot = instrument.reserve_per_lot(order.side, model.orders.gate_price(order.order_id))
    return (order.qty - order.filled_qty) * per_lot
