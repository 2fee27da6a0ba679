"""hft_fills: one row per fill of the desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from cambist.domain.events import OrderFilled
from cambist.infrastructure.persistence.projections.reference import Reference
from cambist.infrastructure.persistence.projections.tables import fills
from cambist.infrastructure.persistence.projections.upsert import upsert


class FillProjection:
    """Collects rows until the next flush."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._rows: list[dict[str, Any]] = []

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
            }
        )

    def flush(self, connection: Connection) -> None:
        """Write what was collected."""
        upsert(connection, fills, self._rows)
        self._rows = []
