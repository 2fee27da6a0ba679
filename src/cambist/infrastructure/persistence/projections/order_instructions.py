"""hft_order_instructions: what orders of the desk ask beyond a plain one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from cambist.domain.events import OrderInstructed, OrderReplaced
from cambist.infrastructure.persistence.projections.reference import Reference, fits
from cambist.infrastructure.persistence.projections.tables import order_instructions
from cambist.infrastructure.persistence.projections.upsert import upsert


class OrderInstructionProjection:
    """A row is written once; only a trigger price may move."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._rows: list[dict[str, Any]] = []
        self._trigger_prices: dict[int, int | None] = {}

    def on_instructed(self, event: OrderInstructed) -> None:
        """Take the instructions of one of the desk's orders."""
        scale = self._reference.scale(event.instrument_id)
        self._rows.append(
            {
                "order_id": event.order_id,
                "display_qty_e8": fits(event.display_qty * scale.lot_size),
                "min_qty_e8": fits(event.min_qty * scale.lot_size),
                "trigger_price_e8": fits(event.trigger_price * scale.tick_size),
                "trigger_source": event.trigger_source.name,
                "offset_steps": event.offset,
                "offset_unit": event.offset_unit.name,
                "peg_reference": event.peg_reference.name,
                "contingency": event.contingency.name,
                "group_id": event.group_id,
            }
        )

    def on_replaced(self, event: OrderReplaced) -> None:
        """The trigger price of an order without a limit price was amended."""
        if event.price:
            scale = self._reference.scale(event.instrument_id)
            self._trigger_prices[event.order_id] = fits(event.price * scale.tick_size)

    def flush(self, connection: Connection) -> None:
        """Write what was collected."""
        upsert(connection, order_instructions, self._rows)
        self._rows = []
        for order_id, price in self._trigger_prices.items():
            row = order_instructions.c.order_id == order_id
            connection.execute(update(order_instructions).where(row).values(trigger_price_e8=price))
        self._trigger_prices = {}
