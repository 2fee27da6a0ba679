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

/// The place between the two threads.
#[derive(Debug)]
pub struct Relay {
    place: Mutex<Option<Sealed>>,
    filled: Signal,
    is_free: AtomicBool,
    is_closed: AtomicBool,
    spare: Mutex<Option<SealedBlock>>,
}

impl Relay {
    pub fn new(strategy: WaitStrategy) -> Self {
        Self {
            place: Mutex::default(),
            filled: Signal::new(strategy),
            is_free: AtomicBool::new(true),
            is_closed: AtomicBool::new(false),
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
        *locked(&self.place) = Some(sealed);
        self.filled.ring();
    }

    /// No block comes behind those that were put.
    pub fn close(&self) {
        self.is_closed.store(true, SeqCst);
        self.filled.ring();
    }

    /// The next block, waiting for it; nothing where no more come.
    pub fn take(&self) -> Option<Sealed> {
        loop {
            let seen = self.filled.rings();
            let sealed = locked(&self.place).take();
            if sealed.is_some() || self.is_closed.load(SeqCst) {
                return sealed;
            }
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
