//! From the thread that packs to the one that writes: one block at a time, handed over when the other is free for it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Instant;

use cambist_journal::SealedBlock;

use crate::shared::{Batch, locked};
use crate::wait::{Signal, WaitStrategy};

/// What becomes durable together.
#[derive(Debug, Default)]
pub struct Sealed {
    /// Nothing where the batches hold only answers.
    pub block: Option<SealedBlock>,
    /// What it was packed from, each with the moment of its hand-over.
    pub batches: Vec<(Batch, Instant)>,
}

/// What was put and is not taken, and whether more may come: of one moment, so that the last block is never overlooked.
#[derive(Debug, Default)]
struct Place {
    sealed: Option<Sealed>,
    is_closed: bool,
}

/// The place between the two threads.
#[derive(Debug)]
pub struct Relay {
    place: Mutex<Place>,
    filled: Signal,
    is_free: AtomicBool,
    spare: Mutex<Option<SealedBlock>>,
}

impl Relay {
    pub fn new(strategy: WaitStrategy) -> Self {
        Self {
            place: Mutex::default(),
            filled: Signal::new(strategy),
            is_free: AtomicBool::new(true),
            spare: Mutex::default(),
        }
    }

    /// Whether the writing thread waits for a block.
    pub fn is_free(&self) -> bool {
        self.is_free.load(SeqCst)
    }

    /// Give it one.
    pub fn put(&self, sealed: Sealed) {
        self.is_free.store(false, SeqCst);
        locked(&self.place).sealed = Some(sealed);
        self.filled.ring();
    }

    /// No block comes behind those that were put.
    pub fn close(&self) {
        locked(&self.place).is_closed = true;
        self.filled.ring();
    }

    /// The next block, waiting for it; nothing where no more come.
    pub fn take(&self) -> Option<Sealed> {
        loop {
            let seen = self.filled.rings();
            let mut place = locked(&self.place);
            let sealed = place.sealed.take();
            if sealed.is_some() || place.is_closed {
                return sealed;
            }
            drop(place);
            self.filled.wait(seen, None);
        }
    }

    /// What was taken is durable; its memory can be used again.
    pub fn done(&self, block: Option<SealedBlock>) {
        if block.is_some() {
            *locked(&self.spare) = block;
        }
        self.is_free.store(true, SeqCst);
    }

    /// The memory of a block that is durable.
    pub fn spare(&self) -> Option<SealedBlock> {
        locked(&self.spare).take()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread;

    use super::{Relay, Sealed, WaitStrategy};

    #[test]
    fn what_was_put_before_the_end_is_taken_and_nothing_behind_it() {
        let relay = Arc::new(Relay::new(WaitStrategy::Park));
        let other = Arc::clone(&relay);
        let taker = thread::spawn(move || (other.take().is_some(), other.take().is_some()));
        assert!(relay.is_free());
        relay.put(Sealed::default());
        assert!(!relay.is_free());
        relay.close();
        assert_eq!(taker.join().expect("no panic"), (true, false));
        relay.done(None);
        assert!(relay.is_free() && relay.take().is_none());
    }
}
