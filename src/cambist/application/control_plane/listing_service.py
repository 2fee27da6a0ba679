"""Instruments of our own venue, as its operator lists them."""

from __future__ import annotations

import asyncio

import msgspec

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal
from cambist.domain.instrument import Instrument, definition_from_decimals
from cambist.domain.vocabulary import MatchingRule, Phase


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument in decimals and names. With assets it is SPOT; then both are named."""

    symbol: str
    tick_size: str
    lot_size: str
    reference_price: str
    max_order_qty: str
    min_notional: str
    price_band: int
    """ppm."""
    phase: Phase
    matching: MatchingRule
    minimum_allocation: str
    top_order_priority: bool
    base_asset: str | None
    quote_asset: str | None
    max_fee: int
    """ppm."""


class ListingService:
    """Raises ValueOutOfRange where a number is no step of its grid or out of bounds, and the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._model = model
        self._listing = asyncio.Lock()
        """An instrument is there before the next one takes the id that follows."""

    async def list_instrument(self, listing: Listing) -> Instrument | Refusal:
        """Add it to what can be traded."""
        assets = [self._asset_id(name) for name in (listing.base_asset, listing.quote_asset)]
        for asset_id in assets:
            if isinstance(asset_id, Refusal):
                return asset_id
        async with self._listing:
            return await self._list(listing, [each for each in assets if isinstance(each, int)])

    async def _list(self, listing: Listing, assets: list[int]) -> Instrument | Refusal:
        with self._model.reading() as model:
            instrument_id = max((each.instrument_id for each in model.instruments), default=0) + 1
        base_asset_id, quote_asset_id = assets
        definition = definition_from_decimals(
            instrument_id=instrument_id,
            symbol=listing.symbol,
            tick_size=listing.tick_size,
            lot_size=listing.lot_size,
            reference_price=listing.reference_price,
            max_order_qty=listing.max_order_qty,
            min_notional=listing.min_notional,
            price_band_ppm=listing.price_band,
            phase=listing.phase,
            matching=listing.matching,
            minimum_allocation=listing.minimum_allocation,
            top_order_priority=listing.top_order_priority,
            base_asset_id=base_asset_id,
            quote_asset_id=quote_asset_id,
            max_fee_ppm=listing.max_fee,
        )
        receipt = await self._gateway.carry_out(definition)
        return receipt if isinstance(receipt, Refusal) else self._directory.instrument_by_id(instrument_id)

    def _asset_id(self, name: str | None) -> int | Refusal:
        return 0 if name is None else self._directory.asset_id(name)
