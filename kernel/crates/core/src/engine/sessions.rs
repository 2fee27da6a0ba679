//! Calendars, guards, halts and the circuit breaker: what is asked of them, and what they do by themselves.

use cambist_wire::commands::{HaltInstrument, SetCircuitBreaker, SetSchedule, SetVolatilityGuard};
use cambist_wire::events::{
    AuctionExtended, CircuitBreakerChanged, CircuitBreakerTripped, InstrumentHalted, ScheduleChanged,
    VolatilityGuardChanged,
};
use cambist_wire::{Phase, reasons};

use super::Engine;
use crate::session::{Breaker, Guard, Schedule, WEEK_NS, is_duration, read_steps};

const MILLION: i64 = 1_000_000;
/// Class of the timer of what began by itself.
const WAIT: u8 = 3;
/// Class of the timer of a calendar.
const STEP: u8 = 4;

impl Engine {
    pub(super) fn set_schedule(&mut self, change: &SetSchedule<'_>) -> Result<(), u32> {
        let index = self.internal_instrument(change.instrument_id)?;
        let steps = read_steps(change.steps).ok_or(reasons::INVALID_DEFINITION)?;
        if !is_duration(&change.extension_ns) || !(0..=MILLION).contains(&change.extension_band) {
            return Err(reasons::INVALID_DEFINITION);
        }
        let SetSchedule { instrument_id, extension_ns, extension_band, steps: packed } = *change;
        let schedule = Schedule { extension_ns, extension_band, steps, packed: packed.to_vec() };
        let next_step_ns =
            if schedule.steps.is_empty() { 0 } else { schedule.next_after(self.output.now_ns) };
        self.instruments[index].session.schedule =
            Some(schedule).filter(|schedule| !schedule.steps.is_empty());
        self.arm_step(index, next_step_ns);
        self.output.emit(&ScheduleChanged { instrument_id, extension_ns, extension_band, steps: packed });
        Ok(())
    }

    pub(super) fn set_volatility_guard(&mut self, change: &SetVolatilityGuard) -> Result<(), u32> {
        let index = self.internal_instrument(change.instrument_id)?;
        let SetVolatilityGuard {
            instrument_id,
            dynamic_band,
            auction_ns,
            limit_band,
            limit_state_ns,
            pause_ns,
        } = *change;
        let guard = Guard { dynamic_band, auction_ns, limit_band, limit_state_ns, pause_ns };
        if !guard.is_sound() {
            return Err(reasons::INVALID_DEFINITION);
        }
        if self.instruments[index].session.limit_side.is_some() {
            self.drop_wait(index);
        }
        let instrument = &mut self.instruments[index];
        instrument.session.guard = guard;
        instrument.is_guarded = !guard.is_none();
        instrument.settle_reference();
        self.note_session(index);
        self.note_change(index);
        self.output.emit(&VolatilityGuardChanged {
            instrument_id,
            dynamic_band,
            auction_ns,
            limit_band,
            limit_state_ns,
            pause_ns,
        });
        Ok(())
    }

    pub(super) fn halt_instrument(&mut self, halt: &HaltInstrument<'_>) -> Result<(), u32> {
        if !is_duration(&halt.duration_ns) {
            return Err(reasons::INVALID_DEFINITION);
        }
        let indices = if halt.instrument_id == 0 {
            self.trading_instruments()
        } else {
            let index = self.internal_instrument(halt.instrument_id)?;
            if matches!(self.instruments[index].phase, Phase::PreOpen | Phase::Closed) {
                return Err(reasons::INVALID_TRANSITION);
            }
            vec![index]
        };
        for index in indices {
            self.halt(index, reasons::REQUESTED, halt.duration_ns, halt.cause);
        }
        Ok(())
    }

    pub(super) fn set_circuit_breaker(&mut self, change: &SetCircuitBreaker) -> Result<(), u32> {
        let SetCircuitBreaker { instrument_id, level_1, level_2, level_3, cool_down_1_ns, cool_down_2_ns } =
            *change;
        if instrument_id != 0 && self.instruments.index_of(instrument_id).is_none() {
            return Err(reasons::UNKNOWN_INSTRUMENT);
        }
        let levels = [level_1, level_2, level_3];
        let cool_downs = [cool_down_1_ns, cool_down_2_ns];
        let breaker = Breaker { instrument_id, levels, cool_downs, tripped: 0, fall: 0, until_ns: 0 };
        if !breaker.is_sound() {
            return Err(reasons::INVALID_DEFINITION);
        }
        self.breaker = Some(breaker).filter(|breaker| !breaker.is_none());
        self.start_market_day();
        self.output.emit(&CircuitBreakerChanged {
            instrument_id,
            level_1,
            level_2,
            level_3,
            cool_down_1_ns,
            cool_down_2_ns,
        });
        Ok(())
    }

    /// Falls are counted from here; nothing has tripped.
    pub(super) fn start_market_day(&mut self) {
        let is_watched = self.breaker.is_some();
        for instrument in self.instruments.iter_mut() {
            instrument.session.day_price = if is_watched { instrument.anchor() } else { 0 };
        }
        if let Some(breaker) = &mut self.breaker {
            (breaker.tripped, breaker.fall, breaker.until_ns) = (0, 0, 0);
        }
    }

    /// At the end of a command: halt everything where the market has fallen to a level. Looks at prices only where
    /// something has traded.
    #[inline]
    pub(super) fn watch_market(&mut self) {
        if let Some(breaker) = self.breaker
            && self.watched_trade_id != self.next_trade_id
        {
            self.watched_trade_id = self.next_trade_id;
            self.break_circuit(breaker);
        }
    }

    #[cold]
    fn break_circuit(&mut self, breaker: Breaker) {
        let fall = self.market_fall(&breaker);
        let Some(level) = breaker.level_of(fall) else { return };
        let cool_down_ns = breaker.cool_downs.get(level as usize - 1).copied().unwrap_or(0);
        let until_ns = if cool_down_ns == 0 { 0 } else { self.output.now_ns + cool_down_ns };
        self.breaker = Some(Breaker { tripped: level, fall, until_ns, ..breaker });
        self.output.emit(&CircuitBreakerTripped { level, fall, until_ns });
        for index in self.trading_instruments() {
            if cool_down_ns == 0 {
                self.enter_phase(index, Phase::Closed);
            } else {
                self.halt(index, reasons::CIRCUIT_BREAKER, cool_down_ns, "");
            }
        }
        self.pull_quotes();
    }

    /// In ppm, of the index instrument, or on average; negative where prices have risen.
    fn market_fall(&self, breaker: &Breaker) -> i64 {
        if let Some(index) = self.instruments.index_of(breaker.instrument_id) {
            return self.instruments[index].day_fall();
        }
        let ours = self.instruments.by_id().map(|index| &self.instruments[index]);
        let falls =
            ours.filter(|instrument| instrument.is_internal()).map(|instrument| instrument.day_fall());
        let (sum, count) =
            falls.fold((0i128, 0i128), |(sum, count), fall| (sum + i128::from(fall), count + 1));
        if count == 0 { 0 } else { sum.div_euclid(count) as i64 }
    }

    /// Our instruments that take orders, or halted only for a time, by id.
    fn trading_instruments(&self) -> Vec<u32> {
        let trades = |index: &u32| {
            let instrument = &self.instruments[*index];
            let is_pausing = instrument.phase == Phase::Halted && instrument.session.due_ns != 0;
            instrument.is_internal() && (instrument.phase.takes_orders() || is_pausing)
        };
        self.instruments.by_id().filter(trades).collect()
    }

    fn internal_instrument(&self, instrument_id: u32) -> Result<u32, u32> {
        let index = self.instruments.index_of(instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        if self.instruments[index].is_internal() { Ok(index) } else { Err(reasons::INVALID_TRANSITION) }
    }

    /// Stop trading; where it lasts a given time an auction follows.
    pub(super) fn halt(&mut self, index: u32, reason: u32, duration_ns: i64, cause: &str) {
        let until_ns = if duration_ns == 0 { 0 } else { self.output.now_ns + duration_ns };
        let instrument_id = self.instruments[index].id;
        self.output.emit(&InstrumentHalted { instrument_id, reason, until_ns, cause });
        let session = &mut self.instruments[index].session;
        (session.halt_reason, session.halt_cause) = (reason, cause.to_owned());
        self.enter_phase(index, Phase::Halted);
        self.wait_until(index, until_ns, Phase::VolatilityAuction);
    }

    /// Collect orders until an instant, then go on.
    pub(super) fn collect_until(&mut self, index: u32, until_ns: i64) {
        self.enter_phase(index, Phase::VolatilityAuction);
        self.wait_until(index, until_ns, Phase::Continuous);
    }

    /// Go to a phase by itself at an instant, if it is not 0.
    pub(super) fn wait_until(&mut self, index: u32, due_ns: i64, phase: Phase) {
        let instrument = &mut self.instruments[index];
        let session = &mut instrument.session;
        self.session_timers.remove(&(session.due_ns, WAIT, instrument.id));
        session.due_ns = due_ns;
        session.due_phase = if due_ns == 0 { Phase::PreOpen } else { phase };
        if due_ns != 0 {
            self.session_timers.insert((due_ns, WAIT, instrument.id));
            self.wake_at(due_ns);
        }
    }

    /// Whatever began by itself is over.
    pub(super) fn drop_wait(&mut self, index: u32) {
        self.wait_until(index, 0, Phase::PreOpen);
        let session = &mut self.instruments[index].session;
        session.is_extended = false;
        session.limit_side = None;
    }

    /// The next step of an instrument's calendar is due at an instant, if it is not 0.
    pub(super) fn arm_step(&mut self, index: u32, next_step_ns: i64) {
        let instrument = &mut self.instruments[index];
        self.session_timers.remove(&(instrument.session.next_step_ns, STEP, instrument.id));
        instrument.session.next_step_ns = next_step_ns;
        if next_step_ns != 0 {
            self.session_timers.insert((next_step_ns, STEP, instrument.id));
            self.wake_at(next_step_ns);
        }
    }

    /// Steps of a calendar more than a week back are passed over.
    pub(super) fn skip_old_steps(&mut self, now_ns: i64) {
        let horizon_ns = now_ns - WEEK_NS;
        if self.session_timers.first().is_none_or(|first| first.0 >= horizon_ns) {
            return;
        }
        let indices: Vec<u32> = self.instruments.by_id().collect();
        for index in indices {
            let session = &self.instruments[index].session;
            if let Some(schedule) = &session.schedule
                && session.next_step_ns < horizon_ns
            {
                let next_step_ns = schedule.next_after(horizon_ns - 1);
                self.arm_step(index, next_step_ns);
            }
        }
    }

    /// The timer of a session fires.
    #[cold]
    pub(super) fn fire_session(&mut self, class: u8, instrument_id: u32) {
        let Some(index) = self.instruments.index_of(instrument_id) else { return };
        if class == WAIT {
            return self.end_wait(index);
        }
        let session = &self.instruments[index].session;
        let Some(schedule) = &session.schedule else { return };
        let (phase, next) =
            (schedule.phase_at(session.next_step_ns), schedule.next_after(session.next_step_ns));
        self.arm_step(index, next);
        self.take_step(index, phase);
    }

    /// The time of what waited by itself has come: an auction, a halt or a limit state ends.
    fn end_wait(&mut self, index: u32) {
        let instrument = &self.instruments[index];
        let Guard { auction_ns, pause_ns, .. } = instrument.session.guard;
        match instrument.session.due_phase {
            Phase::Halted => self.halt(index, reasons::LIMIT_STATE, pause_ns, ""),
            Phase::VolatilityAuction if auction_ns > 0 => {
                self.collect_until(index, self.output.now_ns + auction_ns);
            }
            Phase::VolatilityAuction => self.enter_phase(index, Phase::Continuous),
            phase => self.end_auction(index, phase),
        }
    }

    /// What the calendar says: not while the market is closed for the day, and no halt ends before CLOSED.
    fn take_step(&mut self, index: u32, phase: Phase) {
        let is_closed_for_the_day = self.breaker.is_some_and(|breaker| breaker.tripped == 3);
        let is_halted = self.instruments[index].phase == Phase::Halted && phase != Phase::Closed;
        if !is_closed_for_the_day && !is_halted {
            self.end_auction(index, phase);
        }
    }

    /// Go on to a phase, unless an auction that would end has to be drawn out.
    fn end_auction(&mut self, index: u32, phase: Phase) {
        let Some(extension_ns) = self.extension_ns(index, phase) else {
            return self.enter_phase(index, phase);
        };
        let until_ns = self.output.now_ns + extension_ns;
        self.instruments[index].session.is_extended = true;
        self.wait_until(index, until_ns, phase);
        self.output.emit(&AuctionExtended { instrument_id: self.instruments[index].id, until_ns });
    }

    fn extension_ns(&self, index: u32, phase: Phase) -> Option<i64> {
        let instrument = &self.instruments[index];
        let schedule = instrument.session.schedule.as_ref()?;
        let is_ending = instrument.is_collecting && !phase.is_auction();
        if !is_ending || instrument.session.is_extended || schedule.extension_ns == 0 {
            return None;
        }
        let (price, anchor) = (self.indication(index).price, instrument.anchor());
        let is_far = price > 0 && (price - anchor).abs() > anchor * schedule.extension_band / MILLION;
        is_far.then_some(schedule.extension_ns)
    }
}
