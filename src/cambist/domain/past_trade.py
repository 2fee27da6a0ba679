"""A trade of our venue as the engine remembers it, so that it can be undone or corrected."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.vocabulary import Liquidity, Side


@dataclass(slots=True, kw_only=True)
class TradeSide:
    """Whose fill it was and what it paid: the rate in ppm. Members have strategy 0."""

    account_id: int
    strategy_id: int
    side: Side
    liquidity: Liquidity
    fee: int


@dataclass(slots=True, kw_only=True)
class PastTrade:
    """Price in ticks, qty in lots; the maker's side first."""

    trade_id: int
    instrument_id: int
    price: int
    qty: int
    sides: list[TradeSide]
    is_busted: bool = False
