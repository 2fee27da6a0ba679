"""The phases of our instruments and what changes them: the operator, a calendar, and prices that move too far
(docs/engine.md sections 27, 29, 30 and 31).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cambist.domain import rounding
from cambist.domain.commands import SetPhase
from cambist.domain.events import PhaseChanged
from cambist.domain.reasons import Reason
from cambist.domain.session_events import (
    AuctionExtended,
    AuctionIndicated,
    InstrumentHalted,
    LimitStateChanged,
    VolatilityInterrupted,
)
from cambist.domain.vocabulary import Phase, Side
from cambist.engine.reference.market import Market
from cambist.engine.reference.state import EngineState

if TYPE_CHECKING:
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
        market.stop_waiting()
        if market.is_collecting and not phase.is_auction and phase is not Phase.HALTED:
            self._venue.uncross(market)
            market.settle_reference()
        market.phase = phase
        market.since_ns = self._state.log.now_ns
        if phase is not Phase.HALTED:
            market.halt_reason, market.halt_cause = 0, ""
        market.is_collecting |= phase.is_auction
        self._state.log.emit(PhaseChanged(instrument_id=market.instrument.instrument_id, phase=phase))
        if phase is Phase.CLOSING_AUCTION:
            self._venue.let_in_waiting(market)
        elif phase is Phase.CLOSED:
            self._venue.end_waiting(market)
            if market.schedule is not None:
                self._venue.end_day([market.instrument.instrument_id])

    def halt(self, market: Market, reason: Reason, duration_ns: int, cause: str = "") -> None:
        """Stop trading; where it lasts a given time an auction follows."""
        until_ns = self._state.log.now_ns + duration_ns if duration_ns else 0
        self._state.log.emit(
            InstrumentHalted(
                instrument_id=market.instrument.instrument_id, reason=reason, until_ns=until_ns, cause=cause
            )
        )
        market.halt_reason, market.halt_cause = reason, cause
        self.enter(market, Phase.HALTED)
        market.wait(until_ns, Phase.VOLATILITY_AUCTION)

    def interrupt(self, market: Market, aggressor: Side, price: int) -> None:
        """A trade would have been too far from the reference: collect orders instead."""
        until_ns = self._state.log.now_ns + market.guard.auction_ns
        self._state.log.emit(
            VolatilityInterrupted(
                instrument_id=market.instrument.instrument_id,
                aggressor=aggressor,
                price=price,
                reference_price=market.reference_price,
                until_ns=until_ns,
            )
        )
        self._collect_until(market, until_ns)

    def take_step(self, market: Market, phase: Phase) -> None:
        """What the calendar says: not while the market is closed for the day, and no halt ends before CLOSED."""
        breaker = self._state.breaker
        is_closed_for_the_day = breaker is not None and breaker.tripped == len(breaker.levels)
        if is_closed_for_the_day or (market.phase is Phase.HALTED and phase is not Phase.CLOSED):
            return
        self._end_auction(market, phase)

    def end_wait(self, market: Market) -> None:
        """The time of what waited by itself has come: an auction, a halt or a limit state ends."""
        phase = market.due_phase
        if phase is Phase.HALTED:
            self.halt(market, Reason.LIMIT_STATE, market.guard.pause_ns)
        elif phase is Phase.VOLATILITY_AUCTION:
            if market.guard.auction_ns:
                self._collect_until(market, self._state.log.now_ns + market.guard.auction_ns)
            else:
                self.enter(market, Phase.CONTINUOUS)
        else:
            self._end_auction(market, phase)

    def close_command(self) -> None:
        """At the end of a command: what changed about auctions and limit states, by instrument."""
        for instrument_id in sorted(self._state.markets):
            market = self._state.markets[instrument_id]
            if market.is_collecting and market.phase.is_auction:
                self._state_indication(market)
            elif market.phase is Phase.CONTINUOUS and market.guard.limit_band:
                self._watch_limits(market)

    def _collect_until(self, market: Market, until_ns: int) -> None:
        self.enter(market, Phase.VOLATILITY_AUCTION)
        market.wait(until_ns, Phase.CONTINUOUS)

    def _end_auction(self, market: Market, phase: Phase) -> None:
        """Go on to a phase, unless an auction that would end has to be drawn out."""
        if not self._must_extend(market, phase) or market.schedule is None:
            self.enter(market, phase)
            return
        market.is_extended = True
        market.wait(self._state.log.now_ns + market.schedule.extension_ns, phase)
        self._state.log.emit(AuctionExtended(instrument_id=market.instrument.instrument_id, until_ns=market.due_ns))

    def _must_extend(self, market: Market, phase: Phase) -> bool:
        schedule = market.schedule
        if not market.is_collecting or phase.is_auction or market.is_extended:
            return False
        if schedule is None or schedule.extension_ns == 0:
            return False
        found, anchor = market.indicate(), market.anchor_price
        return found.price > 0 and abs(found.price - anchor) > rounding.band_width(anchor, schedule.extension_band)

    def _state_indication(self, market: Market) -> None:
        found = market.indicate()
        if found == market.indicated:
            return
        market.indicated = found
        self._state.log.emit(
            AuctionIndicated(
                instrument_id=market.instrument.instrument_id,
                imbalance_side=found.imbalance_side,
                price=found.price,
                qty=found.qty,
                imbalance_qty=found.imbalance_qty,
            )
        )

    def _watch_limits(self, market: Market) -> None:
        """A best price at its limit begins a limit state; any other price ends it."""
        side = market.limited_side()
        if side == market.limit_side:
            return
        market.limit_side = side
        price = until_ns = 0
        if side is not None:
            price = market.book.best_price(side)
            until_ns = self._state.log.now_ns + market.guard.limit_state_ns
        market.wait(until_ns, Phase.HALTED)
        self._state.log.emit(
            LimitStateChanged(
                instrument_id=market.instrument.instrument_id,
                side=Side.BUY if side is None else side,
                price=price,
                until_ns=until_ns,
            )
        )
