"""How an order is priced where the answer is not one limit: what `buy` and `sell` take for a price besides a number."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.vocabulary import OffsetUnit, OrderType, PegReference, TriggerSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """Not None, so that a price that could not be computed is no MARKET order."""

    order_type: OrderType
    limit: DecimalInput | None = None
    trigger_price: DecimalInput | None = None
    trigger_source: TriggerSource = TriggerSource.LAST
    offset: int = 0
    offset_unit: OffsetUnit = OffsetUnit.TICKS
    peg_reference: PegReference = PegReference.PRIMARY


MARKET = Pricing(order_type=OrderType.MARKET)
"""The default: whatever is there within the band, and nothing rests."""
MARKET_TO_LIMIT = Pricing(order_type=OrderType.MARKET_TO_LIMIT)
"""The best price that is there; what is left rests at it."""


def stop(trigger: DecimalInput, *, watch: str = "LAST") -> Pricing:
    """A MARKET order once the market has moved to `trigger`: up to it for a buy, down to it for a sell.

    `watch` is LAST, MARK or BID_ASK.
    """
    return Pricing(order_type=OrderType.STOP, trigger_price=trigger, trigger_source=_source(watch))


def stop_limit(trigger: DecimalInput, limit: DecimalInput, *, watch: str = "LAST") -> Pricing:
    """A LIMIT order at `limit` once the market has moved to `trigger`, as for `stop`."""
    return Pricing(order_type=OrderType.STOP_LIMIT, limit=limit, trigger_price=trigger, trigger_source=_source(watch))


def trailing_stop(*, ticks: int | None = None, bps: int | None = None, watch: str = "LAST") -> Pricing:
    """A stop that follows the best price seen since it arrived, `ticks` or `bps` (whole basis points) behind it."""
    if (ticks is None) is (bps is None):
        raise StrategyError("A trailing stop needs one distance.", "Give ticks=… or bps=….")
    unit = OffsetUnit.TICKS if bps is None else OffsetUnit.BASIS_POINTS
    distance = ticks if bps is None else bps
    return Pricing(
        order_type=OrderType.TRAILING_STOP,
        trigger_source=_source(watch),
        offset=_whole(distance, "distance"),
        offset_unit=unit,
    )


def market_if_touched(trigger: DecimalInput, *, watch: str = "LAST") -> Pricing:
    """A MARKET order once the market has come to `trigger`: down to it for a buy, up to it for a sell."""
    return Pricing(order_type=OrderType.MARKET_IF_TOUCHED, trigger_price=trigger, trigger_source=_source(watch))


def limit_if_touched(trigger: DecimalInput, limit: DecimalInput, *, watch: str = "LAST") -> Pricing:
    """A LIMIT order at `limit` once the market has come to `trigger`, as for `market_if_touched`."""
    return Pricing(
        order_type=OrderType.LIMIT_IF_TOUCHED, limit=limit, trigger_price=trigger, trigger_source=_source(watch)
    )


def pegged(reference: str = "PRIMARY", *, offset: int = 0, limit: DecimalInput | None = None) -> Pricing:
    """Follows the best price of its own side (PRIMARY), of the other (OPPOSITE) or the middle (MID), `offset` ticks
    from it, never beyond `limit`.
    """
    return Pricing(
        order_type=OrderType.PEGGED,
        limit=limit,
        offset=_whole(offset, "offset"),
        peg_reference=_reference(reference),
    )


def _source(word: str) -> TriggerSource:
    try:
        return TriggerSource[word.upper()]
    except (KeyError, AttributeError) as error:
        raise StrategyError(f"{word!r} cannot be watched.", "Use LAST, MARK or BID_ASK.") from error


def _reference(word: str) -> PegReference:
    try:
        return PegReference[word.upper()]
    except (KeyError, AttributeError) as error:
        raise StrategyError(f"{word!r} is nothing to follow.", "Use PRIMARY, OPPOSITE or MID.") from error


def _whole(number: int | None, name: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise StrategyError(f"The {name} {number!r} is not a whole number.", "Count it in ticks or basis points.")
    return number
