"""hft_events: the desk's facts as JSON, each aggregate with versions of its own."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from cambist.domain.events import (
    AccountOpened,
    AccountValued,
    BalanceChanged,
    BookDelta,
    FeesChanged,
    LimitBreached,
    LimitsChanged,
    PositionChanged,
    PositionClosed,
    PositionOpened,
    SelfTradePreventionChanged,
    StrategyValued,
    SymbolPermissionChanged,
    Trade,
    TradingStateChanged,
)
from cambist.domain.message import Event
from cambist.domain.participant_events import (
    CancelOnDisconnectChanged,
    FeeTierReached,
    FeeTiersChanged,
    FillAdjusted,
    MarketMakerProtectionChanged,
    ProtectionReset,
    ProtectionTriggered,
    QuoteAccepted,
    QuoteRejected,
    SessionEnded,
    ThrottleChanged,
)
from cambist.infrastructure.persistence.projections.tables import events
from cambist.infrastructure.persistence.projections.upsert import upsert

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_EXCLUDED = (BookDelta, Trade, AccountValued, StrategyValued)
_POSITIONS = (PositionOpened, PositionChanged, PositionClosed)
_ACCOUNTS = (
    AccountOpened,
    BalanceChanged,
    FeesChanged,
    LimitsChanged,
    LimitBreached,
    SelfTradePreventionChanged,
    SymbolPermissionChanged,
    TradingStateChanged,
    CancelOnDisconnectChanged,
    QuoteAccepted,
    FillAdjusted,
    FeeTierReached,
    FeeTiersChanged,
    MarketMakerProtectionChanged,
    ProtectionReset,
    ProtectionTriggered,
    QuoteRejected,
    SessionEnded,
    ThrottleChanged,
)


def aggregate_of(event: Event) -> str | None:
    """Whose history an event belongs to, or None where it is kept elsewhere."""
    if isinstance(event, _EXCLUDED):
        return None
    if isinstance(event, _POSITIONS):
        return f"position:{event.account_id}:{event.strategy_id}:{event.instrument_id}"
    if isinstance(event, _ACCOUNTS):
        return f"account:{event.account_id}"
    for kind in ("order", "strategy", "instrument"):
        identity = getattr(event, f"{kind}_id", None)
        if identity is not None:
            return f"{kind}:{identity}"
    return "desk"


class EventLog:
    """Numbers events per aggregate and collects rows until the next flush."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._versions: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []

    def on_event(self, event: Event, command_sequence: int) -> None:
        """Add an event of the desk."""
        aggregate_id = aggregate_of(event)
        if aggregate_id is None:
            return
        version = self._next_version(aggregate_id)
        self._rows.append(
            {
                "event_sequence": event.sequence,
                "command_sequence": command_sequence,
                "aggregate_id": aggregate_id,
                "version": version,
                "event_type": type(event).__name__,
                "event_data": _ENCODER.encode(event).decode(),
                "ts_ns": event.now_ns,
            }
        )

    def flush(self, connection: Connection) -> None:
        """Write what was collected. Versions of orders are dropped: a closed order gets no more."""
        upsert(connection, events, self._rows)
        self._rows = []
        if len(self._versions) > 100_000:
            self._versions.clear()

    def _next_version(self, aggregate_id: str) -> int:
        version = self._versions.get(aggregate_id)
        if version is None:
            newest = select(func.max(events.c.version)).where(events.c.aggregate_id == aggregate_id)
            version = self._connection.execute(newest).scalar() or 0
        self._versions[aggregate_id] = version + 1
        return version + 1
