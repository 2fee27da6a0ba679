"""Assets, and what accounts hold of them, as people define and move them."""

from __future__ import annotations

import asyncio

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.holding_view import HoldingView, view_holdings
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal
from cambist.domain.commands import AdjustHolding, DefineAsset


class HoldingService:
    """Raises the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._model = model
        self._defining = asyncio.Lock()
        """An asset is there before the next one takes the id that follows."""

    async def define_asset(self, name: str) -> str | Refusal:
        """Something that can be held and traded; its name, as it is known from now on."""
        async with self._defining:
            with self._model.reading() as model:
                asset_id = max((known for known, _ in model.holdings.assets), default=0) + 1
            receipt = await self._gateway.carry_out(DefineAsset(asset_id=asset_id, name=name))
        return receipt if isinstance(receipt, Refusal) else name

    async def adjust(
        self, account: str | None, asset: str, amount: int, client_adjustment_id: str = ""
    ) -> HoldingView | Refusal:
        """Deposit or (negative) withdraw so much, in 1e-8 of the asset; the holding as it is afterwards. The same again
        under the same id changes nothing.
        """
        account_id = self._directory.account_id(account)
        asset_id = self._directory.asset_id(asset)
        if isinstance(account_id, Refusal):
            return account_id
        if isinstance(asset_id, Refusal):
            return asset_id
        command = AdjustHolding(
            account_id=account_id, asset_id=asset_id, amount=amount, client_adjustment_id=client_adjustment_id
        )
        receipt = await self._gateway.carry_out(command)
        if isinstance(receipt, Refusal):
            return receipt
        with self._model.reading() as model:
            return next(
                view for view in view_holdings(model) if (view.account_id, view.asset_id) == (account_id, asset_id)
            )
