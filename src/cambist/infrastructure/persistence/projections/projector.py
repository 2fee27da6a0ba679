"""Feeds the journal's records into the tables, each step in one transaction with the offset it reached.

Two projectors may overlap for a moment, when a parent is killed and started again at once. What each keeps in memory is
true only for the offset it knows, so it takes the offset's row before it writes, and stops where another has moved it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select

from cambist.domain.errors import InvariantBroken, StorageFailure
from cambist.domain.events import (
    AccountOpened,
    AccountValued,
    AssetDefined,
    HoldingChanged,
    InstrumentDefined,
    OrderFilled,
    OrderInstructed,
    OrderReplaced,
    PositionChanged,
    PositionClosed,
    PositionOpened,
)
from cambist.domain.message import Command, Event
from cambist.domain.participant_events import FillAdjusted
from cambist.infrastructure.persistence.projections.account_values import AccountValueProjection
from cambist.infrastructure.persistence.projections.event_log import EventLog
from cambist.infrastructure.persistence.projections.fills import FillProjection
from cambist.infrastructure.persistence.projections.holdings import HoldingProjection
from cambist.infrastructure.persistence.projections.order_instructions import OrderInstructionProjection
from cambist.infrastructure.persistence.projections.orders import ORDER_EVENTS, OrderProjection
from cambist.infrastructure.persistence.projections.positions import PositionProjection
from cambist.infrastructure.persistence.projections.reference import Reference
from cambist.infrastructure.persistence.projections.risk_events import RISK_EVENTS, RiskEventProjection
from cambist.infrastructure.persistence.projections.strategies import STRATEGY_EVENTS, StrategyProjection
from cambist.infrastructure.persistence.projections.tables import projection_offset
from cambist.infrastructure.persistence.projections.upsert import insert_missing, upsert
from cambist.protocols.records import split_stream

_NAME = "desk"


class Projector:
    """A writer of the tables. Not safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.begin() as connection:
            row = connection.execute(select(projection_offset).where(projection_offset.c.name == _NAME)).first()
            self.sequence: int = row.sequence if row else 0
            """The last command whose events the tables hold."""
            self._event_sequence: int = row.event_sequence if row else 0
        self._build()

    def apply(self, records: bytes) -> None:
        """Project a stream of whole commands with their events, and commit. Commands already held are passed over.

        Raises InvariantBroken where the stream leaves a gap, StorageFailure where another projector has written the
        tables meanwhile: this one then knows nothing any more.
        """
        pairs = [pair for pair in split_stream(records) if pair[0].sequence > self.sequence]
        if not pairs:
            return
        if pairs[0][0].sequence != self.sequence + 1:
            raise InvariantBroken(
                f"The tables hold commands up to {self.sequence}, the journal goes on at {pairs[0][0].sequence}.",
                "Delete the database file and rebuild it from a complete journal.",
            )
        try:
            with self._engine.begin() as connection:
                self._take_turn(connection)
                self._project(connection, pairs)
        except BaseException:
            self._build()  # what was collected belongs to the transaction that failed
            raise
        self.sequence = pairs[-1][0].sequence

    def _take_turn(self, connection: Connection) -> None:
        """Hold the offset until this transaction ends. The insert comes first because it waits for whoever writes: on
        SQLite it takes the one write lock, on PostgreSQL it makes the row that FOR UPDATE can hold.
        """
        insert_missing(connection, projection_offset, {"name": _NAME, "sequence": 0, "event_sequence": 0})
        own_row = select(projection_offset.c.sequence).where(projection_offset.c.name == _NAME)
        reached = connection.execute(own_row.with_for_update()).scalar_one()
        if reached != self.sequence:
            raise StorageFailure(
                f"Another projector has brought the tables from command {self.sequence} to {reached}.",
                "Nothing is lost: this one ends, and the next one carries on from the tables.",
            )

    def _build(self) -> None:
        with self._engine.begin() as connection:
            self._reference = Reference(connection)
            self._orders = OrderProjection(connection, self._reference)
            self._order_instructions = OrderInstructionProjection(self._reference)
            self._fills = FillProjection(self._reference)
            self._holdings = HoldingProjection()
            self._positions = PositionProjection(connection, self._reference)
            self._strategies = StrategyProjection(connection)
            self._account_values = AccountValueProjection()
            self._risk_events = RiskEventProjection()
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            InstrumentDefined: self._reference.on_instrument,
            AccountOpened: self._reference.on_account,
            AssetDefined: self._reference.on_asset,
            HoldingChanged: self._holdings.on_changed,
            PositionOpened: self._positions.on_position,
            PositionChanged: self._positions.on_position,
            PositionClosed: self._positions.on_position,
            AccountValued: self._account_values.on_value,
        }

    def _project(self, connection: Connection, pairs: Sequence[tuple[Command, list[Event]]]) -> None:
        event_log = EventLog(connection)
        for command, events in pairs:
            for event in events:
                self._dispatch(event)
                if self._is_of_the_desk(event):
                    event_log.on_event(event, command.sequence)
                self._event_sequence = event.sequence
        parts = (
            self._reference,
            self._orders,
            self._order_instructions,
            self._fills,
            self._holdings,
            self._positions,
            self._strategies,
            self._account_values,
            self._risk_events,
            event_log,
        )
        for part in parts:
            part.flush(connection)
        offset = {"name": _NAME, "sequence": pairs[-1][0].sequence, "event_sequence": self._event_sequence}
        upsert(connection, projection_offset, [offset])

    def _dispatch(self, event: Event) -> None:
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)
        elif isinstance(event, STRATEGY_EVENTS):
            self._strategies.on_event(event)
        elif isinstance(event, FillAdjusted) and self._is_of_the_desk(event):
            self._fills.on_adjusted(event)
        if isinstance(event, RISK_EVENTS):
            self._risk_events.on_event(event)
        if isinstance(event, OrderInstructed) and self._is_of_the_desk(event):
            self._order_instructions.on_instructed(event)
        if isinstance(event, ORDER_EVENTS) and self._is_of_the_desk(event):
            self._orders.on_event(event)
            if isinstance(event, OrderReplaced) and self._orders.is_amended_by_trigger(event.order_id):
                self._order_instructions.on_replaced(event)
            if isinstance(event, OrderFilled):
                self._fills.on_fill(event)

    def _is_of_the_desk(self, event: Event) -> bool:
        """False for what members of the venue do among themselves."""
        account_id = getattr(event, "account_id", None)
        return account_id is None or account_id == 0 or account_id in self._reference.desk_accounts
