//! How long each stage of a command takes. `docs/runtime.md` says between which two moments each is measured.

use crate::histogram::Histogram;

/// One histogram per stage.
#[derive(Debug, Default)]
pub struct Stages {
    /// In the ring, from a producer's push until the engine thread takes it.
    pub ring: Histogram,
    /// One command through the engine, the average of its batch.
    pub apply: Histogram,
    /// From the beginning of a command until its order has passed the desk's gate; samples, averaged by batch.
    pub gate: Histogram,
    /// Of the same orders, from there to the end of the command: the book, the ledger and the events.
    pub matching: Histogram,
    /// From the hand-over of a batch until it is durable.
    pub journal: Histogram,
    /// From a producer's push until the command is durable; only where the runtime serves by itself.
    pub whole: Histogram,
}

impl Stages {
    /// By name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Histogram> {
        match name {
            "ring" => Some(&self.ring),
            "apply" => Some(&self.apply),
            "gate" => Some(&self.gate),
            "match" => Some(&self.matching),
            "journal" => Some(&self.journal),
            "whole" => Some(&self.whole),
            _ => None,
        }
    }
}
