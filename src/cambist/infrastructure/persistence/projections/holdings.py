"""hft_holdings: what each account holds of each asset."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from cambist.domain.events import HoldingChanged
from cambist.infrastructure.persistence.projections.reference import fits
from cambist.infrastructure.persistence.projections.tables import holdings
from cambist.infrastructure.persistence.projections.upsert import upsert

Key = tuple[int, int]


class HoldingProjection:
    """A row comes from one event whole."""

    def __init__(self) -> None:
        self._rows: dict[Key, dict[str, Any]] = {}

    def on_changed(self, event: HoldingChanged) -> None:
        """After a deposit, a withdrawal or a fill."""
        self._rows[event.account_id, event.asset_id] = {
            "account_id": event.account_id,
            "asset_id": event.asset_id,
            "balance_e8": fits(event.balance),
            "updated_ns": event.now_ns,
        }

    def flush(self, connection: Connection) -> None:
        """Write changed rows."""
        upsert(connection, holdings, [self._rows[key] for key in sorted(self._rows)])
        self._rows = {}
