//! Times what lies before and behind the desk's gate. The engine has no clock: it tells of its moments, and one order
//! in sixteen is timed, so that the clock costs less than what it measures.

use std::cell::Cell;
use std::time::{Duration, Instant};

use cambist_core::Moment;

/// The first command of a batch is timed, then each sixteenth.
const COMMANDS_PER_SAMPLE: u32 = 16;

thread_local! {
    static CLOCK: Cell<GateClock> = const { Cell::new(GateClock::NEW) };
}

/// What the orders took that were timed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GateTimes {
    /// All together, until they had passed the gate.
    pub gate: Duration,
    /// All together, from there to the end of their commands.
    pub matching: Duration,
    /// How many there were.
    pub orders: u32,
}

#[derive(Clone, Copy)]
struct GateClock {
    until_sample: u32,
    began: Option<Instant>,
    admitted: Option<Instant>,
    times: GateTimes,
}

impl GateClock {
    const NEW: Self = Self {
        until_sample: 0,
        began: None,
        admitted: None,
        times: GateTimes { gate: Duration::ZERO, matching: Duration::ZERO, orders: 0 },
    };

    /// The command that was timed is over.
    fn end(&mut self) {
        if let (Some(began), Some(admitted)) = (self.began.take(), self.admitted.take()) {
            self.times.gate += admitted - began;
            self.times.matching += admitted.elapsed();
            self.times.orders += 1;
        }
    }

    fn take(&mut self, moment: Moment) {
        match moment {
            Moment::Begins => {
                self.end();
                if self.until_sample == 0 {
                    self.until_sample = COMMANDS_PER_SAMPLE;
                    self.began = Some(Instant::now());
                }
                self.until_sample -= 1;
            }
            Moment::Admitted => self.admitted = self.began.map(|_| Instant::now()),
        }
    }
}

/// A moment of the engine that this thread runs.
pub fn note(moment: Moment) {
    CLOCK.with(|cell| {
        let mut clock = cell.get();
        clock.take(moment);
        cell.set(clock);
    });
}

/// A batch is over: what its orders took.
pub fn end_of_batch() -> GateTimes {
    CLOCK.with(|cell| {
        let mut clock = cell.get();
        clock.end();
        cell.set(GateClock::NEW);
        clock.times
    })
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS_PER_SAMPLE, Moment, end_of_batch, note};

    #[test]
    fn the_first_order_and_each_sixteenth_is_timed() {
        for _ in 0..=COMMANDS_PER_SAMPLE {
            note(Moment::Begins);
            note(Moment::Admitted);
        }
        assert_eq!(end_of_batch().orders, 2);
        assert_eq!(end_of_batch().orders, 0);
    }

    #[test]
    fn a_command_that_passes_no_gate_is_not_timed() {
        note(Moment::Begins);
        note(Moment::Begins);
        note(Moment::Admitted);
        assert_eq!(end_of_batch().orders, 0);
    }
}
