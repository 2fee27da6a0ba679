//! What the engine thread works with: the engine, and the participants that live beside it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cambist_core::{Engine, Refused};
use cambist_wire::{Field, Header, Malformed};

use crate::failure::Failure;
use crate::gate_clock;
use crate::inlet::Submission;
use crate::interest::{Interest, Verdict};
use crate::participants::Participants;
use crate::shared::Shared;
use crate::subscription::Answer;

/// So many submissions are served, or about so many bytes caused, before they are handed over.
const SERVED_AT_ONCE: usize = 4_096;
const HANDED_OVER_BYTES: usize = 64 << 10;

/// How far participants may go among themselves.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Engine time at the beginning; what they do is not stamped earlier.
    pub now_ns: i64,
    /// Nothing later than this happens.
    pub horizon_ns: i64,
    /// So long on the wall's clock, then the instant is finished.
    pub wall: Duration,
    /// So many commands, then the instant is finished.
    pub commands: usize,
    /// What ends it at once.
    pub interest: Interest,
}

/// What they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Commands, each followed by its events.
    pub stream: Vec<u8>,
    /// Engine time at the end.
    pub now_ns: i64,
    /// When they act next.
    pub next_ns: i64,
    /// How far they might have gone.
    pub horizon_ns: i64,
    /// The wall's clock ended it, and nothing else.
    pub is_cut: bool,
}

/// Everything that only the engine thread touches.
pub struct Worker {
    engine: Engine,
    participants: Option<Box<dyn Participants>>,
    taken: VecDeque<Submission>,
    stamped: Vec<u8>,
    shared: Arc<Shared>,
}

impl Worker {
    pub(crate) fn new(mut engine: Engine, shared: Arc<Shared>) -> Self {
        engine.watch_with(gate_clock::note);
        Self { engine, participants: None, taken: VecDeque::new(), stamped: Vec::new(), shared }
    }

    /// The engine, to be looked at.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn take_engine(&mut self) -> Engine {
        std::mem::replace(&mut self.engine, Engine::new())
    }

    /// Let participants live here from now on.
    pub fn host(&mut self, participants: Box<dyn Participants>) {
        self.participants = Some(participants);
    }

    /// The state of the participants; empty without any.
    #[must_use]
    pub fn save_participants(&self) -> Vec<u8> {
        self.participants.as_ref().map(|participants| participants.save()).unwrap_or_default()
    }

    /// Stamp packed commands with the next sequences and one time, and apply them together: each followed by its
    /// events.
    pub fn apply(&mut self, records: &[u8], now_ns: i64) -> Result<Vec<u8>, Refused> {
        let mut stream = Vec::new();
        stream.extend_from_slice(self.apply_pending(records, now_ns)?);
        Ok(stream)
    }

    /// The oldest submissions of the ring, at most so many, to be applied one by one; their tickets.
    pub fn take(&mut self, at_most: usize) -> Vec<u64> {
        let first = self.taken.len();
        while self.taken.len() < first + at_most
            && let Some(submission) = self.shared.inlet.pop()
        {
            self.shared.stages.ring.record(submission.arrived.elapsed(), 1);
            self.taken.push_back(submission);
        }
        self.taken.iter().skip(first).map(|submission| submission.ticket).collect()
    }

    /// Apply one submission that was taken. Those taken before it and not applied are dropped: they were withdrawn.
    pub fn apply_taken(&mut self, ticket: u64, now_ns: i64) -> Result<Vec<u8>, Refused> {
        while let Some(submission) = self.taken.pop_front() {
            if submission.ticket == ticket {
                return self.apply(&submission.records, now_ns);
            }
        }
        Err(Refused::Invariant(format!("submission {ticket} was not taken")))
    }

    /// Let the participants act until one of the limits, or until something happens that is of interest.
    pub fn run(&mut self, limits: &Limits) -> Result<Ran, Refused> {
        let ends = Instant::now() + limits.wall;
        let (now_ns, horizon_ns) = (limits.now_ns, limits.horizon_ns);
        let mut ran = Ran { stream: Vec::new(), now_ns, next_ns: i64::MAX, horizon_ns, is_cut: false };
        let mut commands = 0;
        while let Some(mut participants) = self.participants.take() {
            ran.next_ns = participants.next_ns();
            let has_arrived = ran.next_ns > ran.horizon_ns || commands >= limits.commands;
            ran.is_cut = !has_arrived && !ran.stream.is_empty() && Instant::now() >= ends;
            if has_arrived || ran.is_cut {
                self.participants = Some(participants);
                break;
            }
            ran.now_ns = ran.now_ns.max(ran.next_ns);
            let sequence = self.engine.sequence();
            let start = ran.stream.len();
            let asked = participants.advance(ran.next_ns);
            let applied =
                self.apply_pending(asked, ran.now_ns).map(|applied| ran.stream.extend_from_slice(applied));
            participants.on_events(&ran.stream[start..]);
            ran.next_ns = participants.next_ns();
            self.participants = Some(participants);
            applied?;
            commands += (self.engine.sequence() - sequence) as usize;
            match limits.interest.judge(&ran.stream[start..], ran.now_ns) {
                Verdict::Quiet => {}
                Verdict::Later(due_ns) => ran.horizon_ns = ran.horizon_ns.min(due_ns),
                Verdict::Now => break,
            }
        }
        Ok(ran)
    }

    /// Without anybody who attends: apply what waits in the ring at the wall's time; false where nothing does.
    pub(crate) fn serve(&mut self) -> Result<bool, Failure> {
        let mut has_served = false;
        for _ in 0..SERVED_AT_ONCE {
            let Some(submission) = self.shared.inlet.pop() else { break };
            has_served = true;
            self.shared.stages.ring.record(submission.arrived.elapsed(), 1);
            let refused = match self.apply_pending(&submission.records, self.wall_ns()) {
                Ok(_) => None,
                Err(Refused::Malformed(malformed)) => Some(malformed.to_string()),
                Err(Refused::Invariant(problem)) => return Err(Failure::Broken(problem)),
            };
            let last_sequence = self.engine.sequence();
            let mut pending = self.shared.pending();
            pending.answers.push(Answer { ticket: submission.ticket, last_sequence, refused });
            pending.arrived.push(submission.arrived);
            if pending.records.len() >= HANDED_OVER_BYTES {
                break;
            }
        }
        if has_served {
            self.shared.hand_over()?;
        }
        Ok(has_served)
    }

    /// Apply, and put each command with its events behind what is handed over next.
    fn apply_pending(&mut self, records: &[u8], now_ns: i64) -> Result<&[u8], Refused> {
        if records.is_empty() {
            return Ok(&[]);
        }
        let commands = stamp(records, self.engine.sequence() + 1, now_ns, &mut self.stamped)?;
        let began = Instant::now();
        let applied = self.engine.apply_batch(&self.stamped)?;
        let average = began.elapsed() / commands.max(1);
        let timed = gate_clock::end_of_batch();
        self.shared.pending().records.extend_from_slice(applied);
        if let Some(participants) = &mut self.participants {
            participants.on_events(applied);
        }
        let stages = &self.shared.stages;
        stages.apply.record(average, u64::from(commands));
        if timed.orders > 0 {
            stages.gate.record(timed.gate / timed.orders, u64::from(timed.orders));
            stages.matching.record(timed.matching / timed.orders, u64::from(timed.orders));
        }
        Ok(applied)
    }

    /// The wall's time, which never goes back here.
    fn wall_ns(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.engine.now_ns().max(i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX))
    }
}

/// Copy records with their stamps; how many there are.
fn stamp(records: &[u8], first_sequence: u64, now_ns: i64, to: &mut Vec<u8>) -> Result<u32, Malformed> {
    to.clear();
    to.extend_from_slice(records);
    let (mut offset, mut commands) = (0, 0);
    while offset < to.len() {
        let header = Header::read(&to[offset..]).map_err(|problem| Malformed { offset, problem })?;
        (first_sequence + u64::from(commands)).put(&mut to[offset + 8..offset + 16]);
        now_ns.put(&mut to[offset + 16..offset + 24]);
        offset += header.size;
        commands += 1;
    }
    Ok(commands)
}
