//! What moves an instrument through its phases by itself: a calendar, a guard against fast prices, and what they began.

use cambist_wire::{MAX_PRICE, Phase, Side};

const DAY_NS: i64 = 86_400_000_000_000;
/// In ns.
pub const WEEK_NS: i64 = 7 * DAY_NS;
/// 1970-01-01 was a Thursday: this much of its week had passed.
const MONDAY_NS: i64 = 3 * DAY_NS;
const STEP_BYTES: usize = 16;
const STEPS_MAX: usize = 256;
const MILLION: i64 = 1_000_000;

/// When an instrument changes its phase, in ns since Monday 00:00 UTC.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// How long an auction is drawn out.
    pub extension_ns: i64,
    /// How far its price may lie from the last one, in ppm.
    pub extension_band: i64,
    /// In order, at least one.
    pub steps: Vec<(i64, Phase)>,
    /// The steps as they were given.
    pub packed: Vec<u8>,
}

impl Schedule {
    /// When the first step strictly after an instant is due.
    pub fn next_after(&self, now_ns: i64) -> i64 {
        let passed_ns = (now_ns + MONDAY_NS).rem_euclid(WEEK_NS);
        let later = self.steps.iter().find(|step| step.0 > passed_ns);
        now_ns - passed_ns + later.map_or(self.steps[0].0 + WEEK_NS, |step| step.0)
    }

    /// The phase of the step that is due at an instant.
    pub fn phase_at(&self, due_ns: i64) -> Phase {
        let week_ns = (due_ns + MONDAY_NS).rem_euclid(WEEK_NS);
        let place = self.steps.partition_point(|step| step.0 < week_ns);
        self.steps[place.min(self.steps.len() - 1)].1
    }
}

/// The steps in packed bytes; None where they are not in order, too many, or no steps at all.
pub fn read_steps(packed: &[u8]) -> Option<Vec<(i64, Phase)>> {
    if !packed.len().is_multiple_of(STEP_BYTES) || packed.len() > STEPS_MAX * STEP_BYTES {
        return None;
    }
    let mut steps: Vec<(i64, Phase)> = Vec::with_capacity(packed.len() / STEP_BYTES);
    for step in packed.chunks_exact(STEP_BYTES) {
        let week_ns = i64::from_le_bytes(step[..8].try_into().ok()?);
        let phase = scheduled_phase(step[8])?;
        let is_later = steps.last().map_or(-1, |last| last.0) < week_ns && week_ns < WEEK_NS;
        if !is_later || step[9..].iter().any(|byte| *byte != 0) {
            return None;
        }
        steps.push((week_ns, phase));
    }
    Some(steps)
}

fn scheduled_phase(number: u8) -> Option<Phase> {
    let phases =
        [Phase::PreOpen, Phase::OpeningAuction, Phase::Continuous, Phase::ClosingAuction, Phase::Closed];
    phases.into_iter().find(|phase| *phase as u8 == number)
}

/// Bands in ppm of the dynamic reference; all 0 where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in SetVolatilityGuard")]
pub struct Guard {
    pub dynamic_band: i64,
    pub auction_ns: i64,
    pub limit_band: i64,
    pub limit_state_ns: i64,
    pub pause_ns: i64,
}

impl Guard {
    /// Whether nothing is guarded.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every field is in its bounds and each band has the times it needs.
    pub fn is_sound(&self) -> bool {
        [self.dynamic_band, self.limit_band].iter().all(|band| (0..MILLION).contains(band))
            && [self.auction_ns, self.limit_state_ns, self.pause_ns].iter().all(is_duration)
            && (self.dynamic_band == 0 || self.auction_ns > 0)
            && (self.limit_band == 0 || self.limit_state_ns > 0 && self.pause_ns > 0)
    }

    /// The furthest price at which a taker may trade without an auction.
    pub fn dynamic_limit(&self, side: Side, reference: i64) -> i64 {
        edge(side, reference, self.dynamic_band)
    }

    /// The furthest price that an order of a side may have.
    pub fn price_limit(&self, side: Side, reference: i64) -> i64 {
        edge(side, reference, self.limit_band)
    }
}

fn edge(side: Side, reference: i64, band: i64) -> i64 {
    let width = if band == 0 { MAX_PRICE } else { reference * band / MILLION };
    match side {
        Side::Buy => (reference + width).min(MAX_PRICE),
        Side::Sell => (reference - width).max(1),
    }
}

/// Whether an order of a side limited at one price may trade at another.
pub fn reaches(side: Side, limit: i64, price: i64) -> bool {
    match side {
        Side::Buy => price <= limit,
        Side::Sell => price >= limit,
    }
}

/// Whether a time is one that may pass by itself.
pub fn is_duration(time_ns: &i64) -> bool {
    (0..=DAY_NS).contains(time_ns)
}

/// What an instrument has of all this.
#[derive(Clone, Debug)]
pub struct Session {
    /// If there is one.
    pub schedule: Option<Schedule>,
    /// When its next step is due; 0 without one.
    pub next_step_ns: i64,
    /// When what began by itself ends; 0 where nothing did.
    pub due_ns: i64,
    /// What follows then.
    pub due_phase: Phase,
    /// The auction was drawn out.
    pub is_extended: bool,
    /// Against prices that move too fast.
    pub guard: Guard,
    /// The dynamic reference; 0 without a guard.
    pub reference: i64,
    /// Whose best price stands at its limit.
    pub limit_side: Option<Side>,
    /// What falls are counted from; 0 without a circuit breaker.
    pub day_price: i64,
    /// When its phase began.
    pub since_ns: i64,
    /// Why it is HALTED, 0 where nobody said so.
    pub halt_reason: u32,
    /// In words.
    pub halt_cause: String,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            schedule: None,
            next_step_ns: 0,
            due_ns: 0,
            due_phase: Phase::PreOpen,
            is_extended: false,
            guard: Guard::default(),
            reference: 0,
            limit_side: None,
            day_price: 0,
            since_ns: 0,
            halt_reason: 0,
            halt_cause: String::new(),
        }
    }
}

/// Levels in ppm of the fall since the day began.
#[derive(Clone, Copy, Debug)]
pub struct Breaker {
    /// 0: the average of all of ours.
    pub instrument_id: u32,
    /// From the first to the third; 0 is none.
    pub levels: [i64; 3],
    /// Of the first two; the third closes the market.
    pub cool_downs: [i64; 2],
    /// The highest that was reached today.
    pub tripped: u32,
    /// How far the market had fallen then, in ppm.
    pub fall: i64,
    /// When what that halted goes on; 0 where it does not by itself.
    pub until_ns: i64,
}

impl Breaker {
    /// Whether levels that are set grow, and the first two have a time.
    pub fn is_sound(&self) -> bool {
        let set: Vec<i64> = self.levels.iter().copied().filter(|level| *level != 0).collect();
        let timed = self.levels.iter().zip(&self.cool_downs);
        self.levels.iter().all(|level| (0..MILLION).contains(level))
            && set.windows(2).all(|pair| pair[0] < pair[1])
            && self.cool_downs.iter().all(is_duration)
            && timed.into_iter().all(|(level, time_ns)| *level == 0 || *time_ns > 0)
    }

    /// Whether no level is set.
    pub fn is_none(&self) -> bool {
        self.levels == [0; 3]
    }

    /// The highest level that a fall reaches beyond what was tripped today.
    pub fn level_of(&self, fall: i64) -> Option<u32> {
        let mut reached = (1..=3).filter(|number| {
            let level = self.levels[*number as usize - 1];
            level != 0 && fall >= level && *number > self.tripped
        });
        reached.next_back()
    }
}
