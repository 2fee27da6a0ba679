"""Events that say again what a command or an order says of itself."""

from __future__ import annotations

from typing import Any

from cambist.domain.message import Command
from cambist.domain.order import Order
from cambist.engine.reference.venue_order import VenueOrder

_STAMPS = frozenset({"sequence", "now_ns"})


def fields_of(command: Command) -> dict[str, Any]:
    """A command's fields without its stamps."""
    return {name: getattr(command, name) for name in command.__struct_fields__ if name not in _STAMPS}


def ids_of(order: Order | VenueOrder) -> dict[str, int]:
    """The fields by which every event names an order."""
    return {"order_id": order.order_id, "instrument_id": order.instrument_id, "account_id": order.account_id}
