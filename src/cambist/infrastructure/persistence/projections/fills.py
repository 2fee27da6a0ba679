"""hft_fills: one row per fill of the desk, and what became of it afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, update

from cambist.application.ports.history import Adjustment
from cambist.domain.events import OrderFilled
from cambist.domain.participant_events import FillAdjusted
from cambist.infrastructure.persistence.projections.reference import Reference
from cambist.infrastructure.persistence.projections.tables import fills
from cambist.infrastructure.persistence.projections.upsert import upsert


class FillProjection:
    """Collects rows until the next flush."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._rows: list[dict[str, Any]] = []
        self._adjustments: list[FillAdjusted] = []

    def on_fill(self, event: OrderFilled) -> None:
        """Add a fill of a desk account."""
        scale = self._reference.scale(event.instrument_id)
        self._rows.append(
            {
                "fill_id": event.sequence,
                "order_id": event.order_id,
                "trade_id": event.trade_id,
                "account_id": event.account_id,
                "strategy_id": event.strategy_id,
                "instrument_id": event.instrument_id,
                "symbol": scale.symbol,
                "side": event.side.name,
                "price_e8": event.last_price * scale.tick_size,
                "qty_e8": event.last_qty * scale.lot_size,
                "commission_e8": event.commission,
                "liquidity": event.liquidity.name,
                "ts_ns": event.now_ns,
                "adjustment": Adjustment.NONE.value,
            }
        )

    def on_adjusted(self, event: FillAdjusted) -> None:
        """One side of a trade was taken back, or booked at another price."""
        self._adjustments.append(event)

    def flush(self, connection: Connection) -> None:
        """Write what was collected."""
        upsert(connection, fills, self._rows)
        self._rows = []
        for event in self._adjustments:
            connection.execute(update(fills).where(*_side_of(event)).values(self._adjusted(event)))
        self._adjustments = []

    def _adjusted(self, event: FillAdjusted) -> dict[str, Any]:
        if event.qty < 0:
            return {"adjustment": Adjustment.BUSTED.value}
        price_e8 = event.price * self._reference.scale(event.instrument_id).tick_size
        return {
            "price_e8": price_e8,
            "commission_e8": event.commission,
            "adjustment": Adjustment.CORRECTED.value,
        }


def _side_of(event: FillAdjusted) -> list[ColumnElement[bool]]:
    """The one fill that is meant: an account may be on both sides of a trade."""
    return [
        fills.c.trade_id == event.trade_id,
        fills.c.instrument_id == event.instrument_id,
        fills.c.account_id == event.account_id,
        fills.c.side == event.side.name,
    ]
