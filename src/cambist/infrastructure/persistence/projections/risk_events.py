"""hft_risk_events: refusals of the gate, limits reached, and changes of what may be traded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from cambist.domain.events import LimitBreached, OrderDenied, TradingStateChanged
from cambist.domain.reasons import reason_action, reason_name
from cambist.domain.vocabulary import TradingState
from cambist.infrastructure.persistence.projections.tables import risk_events
from cambist.infrastructure.persistence.projections.upsert import upsert

RISK_EVENTS = (OrderDenied, LimitBreached, TradingStateChanged)
RiskEvent = OrderDenied | LimitBreached | TradingStateChanged


class RiskEventProjection:
    """Collects rows until the next flush."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def on_event(self, event: RiskEvent) -> None:
        """Add one of RISK_EVENTS."""
        if isinstance(event, OrderDenied):
            action = reason_action(event.reason)
            self._add(event, event.strategy_id, reason_name(event.reason), "warning", action)
            self._rows[-1]["order_id"] = event.order_id
        elif isinstance(event, LimitBreached):
            message = f"{event.value} reached the limit of {event.limit}. {reason_action(event.reason)}"
            self._add(event, event.strategy_id, reason_name(event.reason), "violation", message)
        else:
            severity = "critical" if event.killed else "info" if event.state is TradingState.ACTIVE else "warning"
            kind = "KILL_SWITCH" if event.killed else f"TRADING_{event.state.name}"
            self._add(event, event.strategy_id, kind, severity, event.cause)

    def flush(self, connection: Connection) -> None:
        """Write what was collected."""
        upsert(connection, risk_events, self._rows)
        self._rows = []

    def _add(self, event: RiskEvent, strategy_id: int, risk_type: str, severity: str, message: str) -> None:
        self._rows.append(
            {
                "event_sequence": event.sequence,
                "account_id": event.account_id,
                "strategy_id": strategy_id,
                "risk_type": risk_type,
                "severity": severity,
                "message": message,
                "order_id": None,
                "ts_ns": event.now_ns,
            }
        )
