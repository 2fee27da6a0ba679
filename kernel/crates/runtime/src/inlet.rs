//! The ring in: many producers, a fixed number of places, and an explicit no where all are taken.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};
use std::time::Instant;

use crossbeam_queue::ArrayQueue;

/// Packed commands without stamps, to be applied together.
#[derive(Debug)]
pub struct Submission {
    /// Names it to whoever submitted it.
    pub ticket: u64,
    /// The commands.
    pub records: Vec<u8>,
    /// When it was pushed.
    pub arrived: Instant,
}

/// Why a submission was not taken. Nothing of it will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Every place is taken: the engine is behind.
    Full,
    /// Nothing is taken any more.
    Closed,
}

/// The ring. A submission that was taken in is either applied or handed back when the ring is closed.
#[derive(Debug)]
pub struct Inlet {
    places: ArrayQueue<Submission>,
    is_open: RwLock<bool>,
    next_ticket: AtomicU64,
}

impl Inlet {
    /// A ring of so many places, at least one.
    pub fn new(capacity: usize) -> Self {
        Self {
            places: ArrayQueue::new(capacity.max(1)),
            is_open: RwLock::new(true),
            next_ticket: AtomicU64::new(1),
        }
    }

    /// How many submissions wait.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Put a submission in, without waiting; its ticket.
    pub fn push(&self, records: Vec<u8>) -> Result<u64, Refusal> {
        let is_open = self.is_open.read().unwrap_or_else(PoisonError::into_inner);
        if !*is_open {
            return Err(Refusal::Closed);
        }
        let ticket = self.next_ticket.fetch_add(1, Relaxed);
        let submission = Submission { ticket, records, arrived: Instant::now() };
        self.places.push(submission).map_err(|_| Refusal::Full)?;
        Ok(ticket)
    }

    /// Take the oldest.
    pub fn pop(&self) -> Option<Submission> {
        self.places.pop()
    }

    /// Refuse everything from now on. What was put in before is still there, and nothing comes behind it.
    pub fn close(&self) {
        *self.is_open.write().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{Inlet, Refusal};

    #[test]
    fn a_full_ring_says_no_and_keeps_what_it_has() {
        let inlet = Inlet::new(2);
        assert_eq!(
            (inlet.push(vec![1]), inlet.push(vec![2]), inlet.push(vec![3])),
            (Ok(1), Ok(2), Err(Refusal::Full))
        );
        assert_eq!(inlet.pop().map(|submission| submission.records), Some(vec![1]));
        assert!(inlet.push(vec![4]).is_ok());
        let rest: Vec<_> = std::iter::from_fn(|| inlet.pop()).map(|submission| submission.records).collect();
        assert_eq!(rest, [[2], [4]]);
    }

    #[test]
    fn a_closed_ring_takes_nothing_and_hands_back_what_it_has() {
        let inlet = Inlet::new(8);
        inlet.push(vec![1]).expect("there is room");
        inlet.close();
        assert_eq!(inlet.push(vec![2]), Err(Refusal::Closed));
        assert!(inlet.pop().is_some() && inlet.pop().is_none());
    }
}
