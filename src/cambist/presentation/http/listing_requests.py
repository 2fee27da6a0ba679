"""What the API takes about what can be traded and held: instruments, assets, deposits and withdrawals."""

from __future__ import annotations

from typing import Annotated

import msgspec

from cambist.application.control_plane.listing_service import Listing
from cambist.domain import vocabulary
from cambist.domain.grid import exact_e8
from cambist.presentation.http.problem import invalid
from cambist.presentation.http.requests import Body, Name, amount, fraction
from cambist.presentation.http.words import MatchingRule, Phase


class AssetBody(Body, frozen=True, kw_only=True):
    """Something that can be held, and traded by SPOT instruments."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=16)]


class AdjustHoldingBody(Body, frozen=True, kw_only=True):
    """A deposit, or (negative) a withdrawal; of the desk's first account where none is named."""

    asset: Name
    amount: str
    account: Name | None = None
    client_adjustment_id: Name | None = None
    """Of the caller's choice; the same adjustment again under it changes nothing."""

    def amount_e8(self) -> int:
        """In 1e-8 of the asset."""
        adjusted = exact_e8(amount("amount", self.amount))
        if adjusted == 0:
            raise invalid("amount is 0; write what is deposited, or with a minus sign what is withdrawn.")
        return adjusted


class InstrumentBody(Body, frozen=True, kw_only=True):
    """An instrument of our own venue. With base_asset and quote_asset it is SPOT, without them PERPETUAL."""

    symbol: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern="^[^/]*$")]
    """Without a slash: it stands in paths."""
    tick_size: str
    lot_size: str
    reference_price: str
    max_order_qty: str
    min_notional: str = "0"
    price_band: str = "0.1"
    """A fraction of the mark."""
    phase: Phase = Phase.CONTINUOUS
    matching: MatchingRule = MatchingRule.PRICE_TIME
    minimum_allocation: str = "0"
    """PRO_RATA: a share below it becomes none."""
    top_order_priority: bool = False
    """PRO_RATA: the first order of a level is filled before the others share."""
    base_asset: Name | None = None
    quote_asset: Name | None = None
    max_fee: str = "0"
    """A fraction: the most that a SPOT fill costs."""

    def listing(self) -> Listing:
        """As it is to be listed. Raises NotGranted where an amount is no number."""
        if (self.base_asset is None) is not (self.quote_asset is None):
            raise invalid("Name base_asset and quote_asset for a SPOT instrument, or neither for a PERPETUAL one.")
        return Listing(
            symbol=self.symbol,
            **{name: amount(name, getattr(self, name)) for name in _AMOUNTS},
            price_band=fraction("price_band", self.price_band),
            phase=vocabulary.Phase[self.phase],
            matching=vocabulary.MatchingRule[self.matching],
            top_order_priority=self.top_order_priority,
            base_asset=self.base_asset,
            quote_asset=self.quote_asset,
            max_fee=fraction("max_fee", self.max_fee),
        )


_AMOUNTS = ("tick_size", "lot_size", "reference_price", "max_order_qty", "min_notional", "minimum_allocation")
