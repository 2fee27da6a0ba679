//! The ring out: durable blocks in order, as fast as their reader takes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use crossbeam_queue::ArrayQueue;

use crate::wait::{Signal, WaitStrategy};

const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What became of one submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of the submission.
    pub ticket: u64,
    /// The last command that was applied when it was done.
    pub last_sequence: u64,
    /// Why nothing of it was applied, or `None` where it was.
    pub refused: Option<String>,
}

/// What became durable together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Commands, each followed by its events.
    pub records: Vec<u8>,
    /// The last durable command.
    pub last_sequence: u64,
    /// To the submissions in it, in the order in which they were applied.
    pub answers: Vec<Answer>,
}

/// One reader's end. A reader that does not read holds the journal up, and in the end fills the ring in.
#[derive(Debug)]
pub struct Subscription {
    blocks: ArrayQueue<Arc<Block>>,
    filled: Signal,
    emptied: Signal,
    is_closed: AtomicBool,
}

impl Subscription {
    pub(crate) fn new(capacity: usize, strategy: WaitStrategy) -> Self {
        Self {
            blocks: ArrayQueue::new(capacity.max(1)),
            filled: Signal::new(strategy),
            emptied: Signal::new(WaitStrategy::Park),
            is_closed: AtomicBool::new(false),
        }
    }

    /// The next block, waiting for it until the deadline; `None` also where no more will come.
    pub fn read(&self, deadline: Option<Instant>) -> Option<Arc<Block>> {
        loop {
            let seen = self.filled.rings();
            if let Some(block) = self.blocks.pop() {
                self.emptied.ring();
                return Some(block);
            }
            if self.is_closed.load(SeqCst) || !self.filled.wait(seen, deadline) {
                return self.blocks.pop();
            }
        }
    }

    /// No block comes any more; those that are there can be read.
    pub fn close(&self) {
        self.is_closed.store(true, SeqCst);
        self.filled.ring();
        self.emptied.ring();
    }

    /// Put a block in, waiting while the ring is full, unless it is closed or `gives_up`.
    pub(crate) fn publish(&self, block: &Arc<Block>, gives_up: impl Fn() -> bool) {
        let mut block = Arc::clone(block);
        while !self.is_closed.load(SeqCst) {
            let seen = self.emptied.rings();
            match self.blocks.push(block) {
                Ok(()) => return self.filled.ring(),
                Err(refused) => block = refused,
            }
            if gives_up() {
                return self.close();
            }
            self.emptied.wait(seen, Some(Instant::now() + LOOK_AGAIN));
        }
    }
}
