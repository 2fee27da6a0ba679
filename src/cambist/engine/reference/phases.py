"""The phases of our instruments and what a change of phase does (docs/engine.md section 27)."""

from __future__ import annotations

from cambist.domain.commands import SetPhase
from cambist.domain.events import AuctionIndicated, PhaseChanged
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Phase
from cambist.engine.reference.market import Market
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue import Venue


class Phases:
    """Every change of phase passes here."""

    def __init__(self, state: EngineState, venue: Venue) -> None:
        self._state = state
        self._venue = venue

    def set_phase(self, command: SetPhase) -> Reason:
        """The operator's step."""
        market = self._state.markets.get(command.instrument_id)
        if market is None:
            return Reason.UNKNOWN_INSTRUMENT
        if not market.instrument.is_internal:
            return Reason.INVALID_TRANSITION
        self.enter(market, command.phase)
        return Reason.NONE

    def enter(self, market: Market, phase: Phase) -> None:
        """Move an instrument: uncross first where an auction ends, then let in or end what waited for the phase."""
        if market.is_collecting and not phase.is_auction and phase is not Phase.HALTED:
            self._venue.uncross(market)
        market.phase = phase
        market.is_collecting |= phase.is_auction
        self._state.log.emit(PhaseChanged(instrument_id=market.instrument.instrument_id, phase=phase))
        if phase is Phase.CLOSING_AUCTION:
            self._venue.let_in_waiting(market)
        elif phase is Phase.CLOSED:
            self._venue.end_waiting(market)

    def state_indications(self) -> None:
        """At the end of a command: what changed about the auctions that run, by instrument."""
        for instrument_id in sorted(self._state.markets):
            market = self._state.markets[instrument_id]
            is_running = market.is_collecting and market.phase.is_auction
            if is_running and (found := market.indicate()) != market.indicated:
                market.indicated = found
                self._state.log.emit(
                    AuctionIndicated(
                        instrument_id=instrument_id,
                        imbalance_side=found.imbalance_side,
                        price=found.price,
                        qty=found.qty,
                        imbalance_qty=found.imbalance_qty,
                    )
                )
