"""hft_account_values: the equity curve, one row per second in which something changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from cambist.domain.events import AccountValued
from cambist.infrastructure.persistence.projections.tables import account_values
from cambist.infrastructure.persistence.projections.upsert import upsert


class AccountValueProjection:
    """Collects rows until the next flush."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def on_value(self, event: AccountValued) -> None:
        """Add a valuation."""
        self._rows.append(
            {
                "event_sequence": event.sequence,
                "account_id": event.account_id,
                "ts_ns": event.now_ns,
                "equity_e8": event.equity,
                "balance_e8": event.balance,
                "unrealised_pnl_e8": event.unrealised_pnl,
                "margin_required_e8": event.margin_required,
            }
        )

    def flush(self, connection: Connection) -> None:
        """Write what was collected."""
        upsert(connection, account_values, self._rows)
        self._rows = []
