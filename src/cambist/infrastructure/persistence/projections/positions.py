"""hft_positions: the present position of each account, strategy and instrument."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from cambist.domain.events import PositionChanged, PositionClosed, PositionOpened
from cambist.domain.vocabulary import PositionSide
from cambist.infrastructure.persistence.projections.reference import Reference
from cambist.infrastructure.persistence.projections.tables import positions
from cambist.infrastructure.persistence.projections.upsert import upsert

PositionEvent = PositionOpened | PositionChanged | PositionClosed
Key = tuple[int, int, int]


class PositionProjection:
    """Keeps when each open position was opened; the rest of a row comes from one event."""

    def __init__(self, connection: Connection, reference: Reference) -> None:
        self._reference = reference
        self._opened_ns: dict[Key, int | None] = {
            (row.account_id, row.strategy_id, row.instrument_id): row.opened_ns
            for row in connection.execute(select(positions))
        }
        self._rows: dict[Key, dict[str, Any]] = {}

    def on_position(self, event: PositionEvent) -> None:
        """Take over a position's new state."""
        key = (event.account_id, event.strategy_id, event.instrument_id)
        if isinstance(event, PositionOpened):
            self._opened_ns[key] = event.now_ns
        elif isinstance(event, PositionClosed):
            self._opened_ns[key] = None
        scale = self._reference.scale(event.instrument_id)
        entry = None
        if event.qty:
            entry = abs(event.cost) // scale.unit_value * scale.tick_size // abs(event.qty)
        self._rows[key] = {
            "account_id": event.account_id,
            "strategy_id": event.strategy_id,
            "instrument_id": event.instrument_id,
            "symbol": scale.symbol,
            "side": PositionSide.of(event.qty).name,
            "qty_e8": event.qty * scale.lot_size,
            "cost_e8": event.cost,
            "entry_price_e8": entry,
            "realised_pnl_e8": event.total_realised_pnl,
            "opened_ns": self._opened_ns[key],
            "updated_ns": event.now_ns,
        }

    def flush(self, connection: Connection) -> None:
        """Write changed rows."""
        upsert(connection, positions, [self._rows[key] for key in sorted(self._rows)])
        self._rows = {}
