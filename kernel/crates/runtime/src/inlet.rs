//! The ring in: many producers, a fixed number of places, and an explicit no where all are taken.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock};
use std::time::Instant;

use crossbeam_queue::ArrayQueue;

/// Places behind the others that only emergencies take.
const RESERVED_PLACES: usize = 1_024;

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
    /// Of what is no emergency.
    capacity: usize,
    is_open: RwLock<bool>,
    next_ticket: AtomicU64,
}

impl Inlet {
    /// A ring of so many places, at least one, and some more for emergencies.
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self {
            places: ArrayQueue::new(capacity + RESERVED_PLACES),
            capacity,
            is_open: RwLock::new(true),
            next_ticket: AtomicU64::new(1),
        }
    }

    /// How many submissions wait.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Put a submission in, without waiting; its ticket. Producers that come at the same instant may each find the
    /// last place and use one of the reserve: there is one for each of them.
    pub fn push(&self, records: Vec<u8>, is_emergency: bool) -> Result<u64, Refusal> {
        let is_open = self.is_open.read().unwrap_or_else(PoisonError::into_inner);
        if !*is_open {
            return Err(Refusal::Closed);
        }
        if !is_emergency && self.places.len() >= self.capacity {
            return Err(Refusal::Full);
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
    use super::{Inlet, RESERVED_PLACES, Refusal};

    #[test]
    fn a_full_ring_says_no_and_keeps_what_it_has() {
        let inlet = Inlet::new(2);
        let push = |number| inlet.push(vec![number], false);
        assert_eq!((push(1), push(2), push(3)), (Ok(1), Ok(2), Err(Refusal::Full)));
        assert_eq!(inlet.pop().map(|submission| submission.records), Some(vec![1]));
        assert!(push(4).is_ok());
        let rest: Vec<_> = std::iter::from_fn(|| inlet.pop()).map(|submission| submission.records).collect();
        assert_eq!(rest, [[2], [4]]);
    }

    #[test]
    fn an_emergency_finds_a_place_in_a_full_ring_behind_what_waits() {
        let inlet = Inlet::new(1);
        assert!(inlet.push(vec![0], false).is_ok());
        let taken = (0..2_000).take_while(|_| inlet.push(vec![1], true).is_ok()).count();
        assert_eq!(taken, RESERVED_PLACES);
        assert_eq!(inlet.push(vec![2], false), Err(Refusal::Full));
        assert_eq!(inlet.pop().map(|submission| submission.records), Some(vec![0]));
        assert_eq!(inlet.pop().map(|submission| submission.records), Some(vec![1]));
    }

    #[test]
    fn a_closed_ring_takes_nothing_and_hands_back_what_it_has() {
        let inlet = Inlet::new(8);
        inlet.push(vec![1], false).expect("there is room");
        inlet.close();
        assert_eq!(inlet.push(vec![2], true), Err(Refusal::Closed));
        assert!(inlet.pop().is_some() && inlet.pop().is_none());
    }
}
