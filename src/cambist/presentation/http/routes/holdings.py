"""Assets, and what accounts hold of them."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from cambist.application.control_plane.holding_view import view_holdings
from cambist.presentation.http.listing_requests import AdjustHoldingBody, AssetBody
from cambist.presentation.http.problem import granted
from cambist.presentation.http.routes.parameters import Injected, OptionalText
from cambist.presentation.http.shapes.holding import Holding, holding_shape


class Asset(msgspec.Struct):
    """Something that can be held."""

    name: str


class Assets(msgspec.Struct):
    """Everything that can be held besides money on margin."""

    assets: list[Asset]


class Holdings(msgspec.Struct):
    """By account and asset."""

    holdings: list[Holding]


@get("/assets", sync_to_thread=False, summary="List assets", tags=["spot"])
def list_assets(services: Injected) -> Assets:
    """What accounts can hold and SPOT instruments trade."""
    with services.model.reading() as model:
        return Assets(assets=[Asset(name) for _, name in model.holdings.assets])


@post("/assets", summary="Define an asset", tags=["spot"])
async def define_asset(data: JSONBody[AssetBody], services: Injected) -> Asset:
    """Under a name that no other has."""
    return Asset(granted(await services.holdings.define_asset(data.name)))


@get("/holdings", sync_to_thread=False, summary="List holdings", tags=["spot"])
def list_holdings(services: Injected, account: OptionalText = None, asset: OptionalText = None) -> Holdings:
    """What is held, or was. A holding is no part of an account's balance and margin."""
    account_id = None if account is None else granted(services.directory.account_id(account))
    asset_id = None if asset is None else granted(services.directory.asset_id(asset))
    with services.model.reading() as model:
        wanted = [
            holding_shape(model, view)
            for view in view_holdings(model)
            if account_id in (None, view.account_id) and asset_id in (None, view.asset_id)
        ]
    return Holdings(holdings=wanted)


@post("/holdings/adjust", status_code=200, summary="Deposit or withdraw an asset", tags=["spot"])
async def adjust_holding(data: JSONBody[AdjustHoldingBody], services: Injected) -> Holding:
    """What open orders have reserved cannot be withdrawn. Sent again with the same client_adjustment_id it is answered,
    and changes nothing.
    """
    used = data.client_adjustment_id or ""
    view = granted(await services.holdings.adjust(data.account, data.asset, data.amount_e8(), used))
    with services.model.reading() as model:
        return holding_shape(model, view)


HANDLERS = [list_assets, define_asset, list_holdings, adjust_holding]
