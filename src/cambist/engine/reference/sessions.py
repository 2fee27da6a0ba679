"""Commands about calendars, volatility guards, halts and the circuit breaker (docs/engine.md sections 29 to 31).

Every method that takes a command returns why it refused, else NONE; a refused command changes nothing.
"""

from __future__ import annotations

from cambist.domain import rounding
from cambist.domain.durations import DAY_NS
from cambist.domain.reasons import Reason
from cambist.domain.schedule import Schedule, read_steps
from cambist.domain.session_commands import HaltInstrument, SetCircuitBreaker, SetSchedule, SetVolatilityGuard
from cambist.domain.session_events import (
    CircuitBreakerChanged,
    CircuitBreakerTripped,
    ScheduleChanged,
    VolatilityGuardChanged,
)
from cambist.domain.vocabulary import Phase
from cambist.domain.volatility_guard import CircuitBreaker, VolatilityGuard
from cambist.engine.reference.echo import fields_of
from cambist.engine.reference.market import Market
from cambist.engine.reference.phases import Phases
from cambist.engine.reference.state import EngineState

ALL_INSTRUMENTS = 0


class Sessions:
    """What moves instruments besides the operator's SetPhase."""

    def __init__(self, state: EngineState, phases: Phases) -> None:
        self._state = state
        self._phases = phases

    def set_schedule(self, command: SetSchedule) -> Reason:
        """A new calendar in place of the old one; its first step is the next that lies ahead."""
        if reason := self._reason_against(command.instrument_id):
            return reason
        steps = read_steps(command.steps)
        are_bounds_kept = 0 <= command.extension_ns <= DAY_NS and 0 <= command.extension_band <= rounding.MILLION
        if steps is None or not are_bounds_kept:
            return Reason.INVALID_DEFINITION
        market = self._state.markets[command.instrument_id]
        market.schedule, market.next_step_ns = None, 0
        if steps:
            market.schedule = Schedule(command.extension_ns, command.extension_band, steps)
            market.next_step_ns = market.schedule.next_after(self._state.log.now_ns)
        self._state.log.emit(ScheduleChanged(**fields_of(command)))
        return Reason.NONE

    def set_volatility_guard(self, command: SetVolatilityGuard) -> Reason:
        """It holds from the next order on; the reference begins at the last price, moved into the spread."""
        if reason := self._reason_against(command.instrument_id):
            return reason
        guard = VolatilityGuard.told_by(command)
        if not guard.is_well_formed:
            return Reason.INVALID_DEFINITION
        market = self._state.markets[command.instrument_id]
        if market.limit_side is not None:
            market.stop_waiting()
        market.guard = guard
        market.settle_reference()
        self._state.log.emit(VolatilityGuardChanged(**fields_of(command)))
        return Reason.NONE

    def halt(self, command: HaltInstrument) -> Reason:
        """One instrument that trades, or all of them."""
        if not 0 <= command.duration_ns <= DAY_NS:
            return Reason.INVALID_DEFINITION
        markets = self._trading_markets()
        if command.instrument_id != ALL_INSTRUMENTS:
            if reason := self._reason_against(command.instrument_id):
                return reason
            markets = [self._state.markets[command.instrument_id]]
            if markets[0].phase in (Phase.PRE_OPEN, Phase.CLOSED):
                return Reason.INVALID_TRANSITION
        for market in markets:
            self._phases.halt(market, Reason.REQUESTED, command.duration_ns, command.cause)
        return Reason.NONE

    def set_circuit_breaker(self, command: SetCircuitBreaker) -> Reason:
        """The day's references begin with the last prices there are."""
        if command.instrument_id != ALL_INSTRUMENTS and command.instrument_id not in self._state.markets:
            return Reason.UNKNOWN_INSTRUMENT
        breaker = CircuitBreaker(**fields_of(command))
        if not breaker.is_well_formed:
            return Reason.INVALID_DEFINITION
        self._state.breaker = None if breaker.is_none else breaker
        self.start_day()
        self._state.log.emit(CircuitBreakerChanged(**fields_of(command)))
        return Reason.NONE

    def start_day(self) -> None:
        """Falls are counted from here; nothing has tripped."""
        for market in self._state.markets.values():
            market.day_price = market.anchor_price if self._state.breaker else 0
        if self._state.breaker:
            self._state.breaker.forget_trip()

    def watch_market(self) -> None:
        """At the end of a command: halt everything where the market has fallen to a level."""
        breaker = self._state.breaker
        if breaker is None:
            return
        fall = self._fall(breaker)
        level = breaker.level_of(fall)
        if level == 0:
            return
        cool_down_ns = breaker.cool_down_ns(level)
        until_ns = self._state.log.now_ns + cool_down_ns if cool_down_ns else 0
        breaker.tripped, breaker.fall, breaker.until_ns = level, fall, until_ns
        self._state.log.emit(CircuitBreakerTripped(level=level, fall=fall, until_ns=until_ns))
        for market in self._trading_markets():
            if cool_down_ns:
                self._phases.halt(market, Reason.CIRCUIT_BREAKER, cool_down_ns)
            else:
                self._phases.enter(market, Phase.CLOSED)

    def _fall(self, breaker: CircuitBreaker) -> int:
        """In ppm, of the index instrument, or on average; negative where prices have risen."""
        if breaker.instrument_id != ALL_INSTRUMENTS:
            return self._state.markets[breaker.instrument_id].day_fall
        falls = [market.day_fall for market in self._state.markets.values() if market.instrument.is_internal]
        return rounding.divide_down(sum(falls), len(falls)) if falls else 0

    def _trading_markets(self) -> list[Market]:
        """Our instruments that take orders, or halted only for a time, by id."""
        markets = [self._state.markets[key] for key in sorted(self._state.markets)]
        return [
            market
            for market in markets
            if market.instrument.is_internal
            and (market.phase.takes_orders or (market.phase is Phase.HALTED and market.due_ns))
        ]

    def _reason_against(self, instrument_id: int) -> Reason:
        market = self._state.markets.get(instrument_id)
        if market is None:
            return Reason.UNKNOWN_INSTRUMENT
        return Reason.NONE if market.instrument.is_internal else Reason.INVALID_TRANSITION
