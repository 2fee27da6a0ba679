"""The filter of a MassCancel, the same for orders of the desk and of members."""

from __future__ import annotations

from cambist.domain.commands import ANY_SIDE, ANY_STRATEGY, MassCancel
from cambist.domain.order import Order
from cambist.engine.reference.venue_order import VenueOrder

ANY_INSTRUMENT = 0


def matches(command: MassCancel, order: Order | VenueOrder, strategy_id: int) -> bool:
    """True where an order passes strategy, instrument and side."""
    return (
        command.strategy_id in (ANY_STRATEGY, strategy_id)
        and command.instrument_id in (ANY_INSTRUMENT, order.instrument_id)
        and command.side in (ANY_SIDE, order.side)
    )
