"""Market-maker protection of accounts (docs/engine.md section 36).

Every command method returns why it refused, else NONE; a refused command changes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from cambist.domain.participant_commands import ResetProtection, SetMarketMakerProtection
from cambist.domain.participant_events import MarketMakerProtectionChanged, ProtectionReset, ProtectionTriggered
from cambist.domain.protection import Protection
from cambist.domain.reasons import Reason
from cambist.engine.reference.echo import fields_of
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import VenueOrder
from cambist.protocols.quotes import is_quote

ALL_INSTRUMENTS = 0


class Protections:
    """Sets protections and counts fills; the venue pulls the quotes."""

    def __init__(self, state: EngineState) -> None:
        self._state = state
        self._triggered: deque[ProtectionTriggered] = deque()

    def set_protection(self, command: SetMarketMakerProtection) -> Reason:
        """New limits begin with an empty window; whether quotes are pulled stays as it is."""
        if command.account_id not in self._state.accounts:
            return Reason.UNKNOWN_ACCOUNT
        if command.instrument_id != ALL_INSTRUMENTS and command.instrument_id not in self._state.markets:
            return Reason.UNKNOWN_INSTRUMENT
        key = (command.account_id, command.instrument_id)
        protection = Protection(
            window_ns=command.window_ns,
            max_fills=command.max_fills,
            max_qty=command.max_qty,
            max_delta=command.max_delta,
            is_triggered=key in self._state.protections and self._state.protections[key].is_triggered,
        )
        if command.window_ns == 0:
            self._state.protections.pop(key, None)
        elif protection.is_well_formed:
            self._state.protections[key] = protection
        else:
            return Reason.INVALID_DEFINITION
        self._state.log.emit(MarketMakerProtectionChanged(**fields_of(command)))
        return Reason.NONE

    def reset_protection(self, command: ResetProtection) -> Reason:
        """Quotes may come again."""
        if command.account_id not in self._state.accounts:
            return Reason.UNKNOWN_ACCOUNT
        protection = self._state.protections.get((command.account_id, command.instrument_id))
        if protection is None or not protection.is_triggered:
            return Reason.INVALID_TRANSITION
        protection.is_triggered = False
        self._state.log.emit(ProtectionReset(**fields_of(command)))
        return Reason.NONE

    def are_quotes_pulled(self, account_id: int, instrument_id: int) -> bool:
        """True where a protection that concerns the instrument waits for its reset."""
        found = (self._state.protections.get((account_id, key)) for key in (instrument_id, ALL_INSTRUMENTS))
        return any(protection is not None and protection.is_triggered for protection in found)

    def count(self, order: VenueOrder, qty: int) -> None:
        """Rule protection.counts: a fill of a quote's order, for its instrument and for all together."""
        if not is_quote(order.order_id):
            return
        for instrument_id in (order.instrument_id, ALL_INSTRUMENTS):
            protection = self._state.protections.get((order.account_id, instrument_id))
            if protection is None or protection.is_triggered:
                continue
            if protection.count(self._state.log.now_ns, order.side.sign * qty):
                self._trigger(protection, order.account_id, instrument_id)

    def take_triggered(self) -> Iterator[ProtectionTriggered]:
        """What was triggered since the last time, in that order."""
        while self._triggered:
            yield self._triggered.popleft()

    def _trigger(self, protection: Protection, account_id: int, instrument_id: int) -> None:
        self._triggered.append(
            ProtectionTriggered(
                account_id=account_id,
                instrument_id=instrument_id,
                fills=len(protection.fills),
                qty=protection.qty,
                delta=protection.delta,
            )
        )
        protection.trigger()
