//! What an instrument is worth: an integer random walk with a drift and jumps.

use crate::random::Xorshift;

const STEP_NS: i64 = 100_000_000;
const MILLI: i64 = 1_000;
const DRIFT_STEPS: i64 = 200;
const DRIFT_SHARE: i64 = 96;
const JUMP_PPM: u64 = 1_100;
const PULL_STEPS: i64 = 100_000;

/// The value of one instrument, in thousandths of a tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairValue {
    pub value: i64,
    /// Per step, in millionths of a tick.
    pub drift: i64,
    pub next_step_ns: i64,
    pub reference: i64,
    /// Of one step.
    pub deviation: i64,
}

impl FairValue {
    /// A value starting at a price in ticks, without drift.
    pub fn at(price: i64, deviation: i64, start_ns: i64) -> Self {
        let value = price * MILLI;
        Self { value, drift: 0, next_step_ns: start_ns + STEP_NS, reference: value, deviation }
    }

    /// The value rounded to the nearest tick.
    pub fn ticks(&self) -> i64 {
        (self.value + MILLI / 2).div_euclid(MILLI)
    }

    /// Take every step due at or before `now_ns`.
    pub fn advance(&mut self, now_ns: i64, random: &mut Xorshift) {
        while self.next_step_ns <= now_ns {
            self.next_step_ns += STEP_NS;
            self.step(random);
        }
    }

    fn step(&mut self, random: &mut Xorshift) {
        let drift_step = (self.deviation * MILLI).div_euclid(DRIFT_SHARE);
        self.drift += random.bell(drift_step) - self.drift.div_euclid(DRIFT_STEPS);
        let pull = (self.reference - self.value).div_euclid(PULL_STEPS);
        let mut change = random.bell(self.deviation) + self.drift.div_euclid(MILLI) + pull;
        if random.chance(JUMP_PPM) {
            let size = random.between(12, 44) * self.deviation;
            change += if random.chance(500_000) { size } else { -size };
        }
        self.value = (self.value + change).max(self.reference.div_euclid(2));
    }
}
