//! What the threads of one runtime share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use cambist_journal::Position;

use crate::failure::Failure;
use crate::inlet::Inlet;
use crate::stages::Stages;
use crate::subscription::{Answer, Subscription};
use crate::wait::{Signal, WaitStrategy};
use crate::worker::Worker;

/// So much may wait for the journal thread; beyond it whoever hands over waits.
const QUEUED_BYTES_MAX: usize = 64 << 20;

/// So many buffers are kept to be used again, each of at most so many bytes.
const SPARES_MAX: usize = 64;
const SPARE_BYTES_MAX: usize = 1 << 20;

/// Something the engine thread is to do.
pub type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// What is made durable together.
#[derive(Debug, Default)]
pub struct Batch {
    pub records: Vec<u8>,
    pub answers: Vec<Answer>,
    /// When the submissions of the answers arrived.
    pub arrived: Vec<Instant>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.answers.is_empty()
    }
}

/// Batches on their way to the journal thread, each with the moment of its hand-over.
#[derive(Debug, Default)]
struct Queue {
    batches: VecDeque<(Batch, Instant)>,
    bytes: usize,
    is_closed: bool,
}

/// Everything that more than one thread touches.
pub struct Shared {
    pub inlet: Inlet,
    pub stages: Stages,
    /// Rung for the engine thread: a job, a submission, or the end.
    pub work: Signal,
    /// Rung for whoever asked the engine thread for something.
    pub answered: Signal,
    /// Rung for whoever waits until something is durable, or for room in the queue.
    pub written: Signal,
    pub jobs: Mutex<VecDeque<Job>>,
    pub is_stopping: AtomicBool,
    /// Rung for the packing thread: a batch, a disk that is free, or the end.
    pub handed: Signal,
    pending: Mutex<Batch>,
    spares: Mutex<Vec<Vec<u8>>>,
    queue: Mutex<Queue>,
    durable: AtomicU64,
    position: Mutex<Position>,
    failure: Mutex<Option<Failure>>,
    subscriptions: Mutex<Vec<Arc<Subscription>>>,
}

impl Shared {
    pub fn new(capacity: usize, strategy: WaitStrategy, position: Position) -> Self {
        Self {
            inlet: Inlet::new(capacity),
            stages: Stages::default(),
            work: Signal::new(strategy),
            answered: Signal::new(strategy),
            written: Signal::new(WaitStrategy::Park),
            jobs: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            handed: Signal::new(strategy),
            pending: Mutex::default(),
            spares: Mutex::default(),
            queue: Mutex::default(),
            durable: AtomicU64::new(position.next_sequence - 1),
            position: Mutex::new(position),
            failure: Mutex::default(),
            subscriptions: Mutex::default(),
        }
    }

    /// The last durable command.
    pub fn durable(&self) -> u64 {
        self.durable.load(SeqCst)
    }

    /// Behind the last durable block.
    pub fn position(&self) -> Position {
        *locked(&self.position)
    }

    /// What ended it, if anything did.
    pub fn check(&self) -> Result<(), Failure> {
        locked(&self.failure).clone().map_or(Ok(()), Err)
    }

    /// Nothing is accepted any more; the first cause counts.
    pub fn fail(&self, failure: Failure) {
        locked(&self.failure).get_or_insert(failure);
        self.inlet.close();
        self.ring_all();
    }

    /// Wake every thread, to look what has changed.
    pub fn ring_all(&self) {
        for signal in [&self.work, &self.answered, &self.written, &self.handed] {
            signal.ring();
        }
    }

    /// What will be handed over next.
    pub fn pending(&self) -> MutexGuard<'_, Batch> {
        locked(&self.pending)
    }

    /// Whether a hand-over would not wait.
    pub fn has_room(&self) -> bool {
        locked(&self.queue).bytes < QUEUED_BYTES_MAX
    }

    /// Hand what is pending to the journal thread, waiting where too much is there already.
    pub fn hand_over(&self) -> Result<(), Failure> {
        let next = Batch { records: locked(&self.spares).pop().unwrap_or_default(), ..Batch::default() };
        let batch = std::mem::replace(&mut *self.pending(), next);
        if batch.is_empty() {
            return self.check();
        }
        loop {
            self.check()?;
            let seen = self.written.rings();
            let mut queue = locked(&self.queue);
            if queue.bytes < QUEUED_BYTES_MAX {
                queue.bytes += batch.records.len();
                queue.batches.push_back((batch, Instant::now()));
                drop(queue);
                self.handed.ring();
                return Ok(());
            }
            drop(queue);
            self.written.wait(seen, None);
        }
    }

    /// For the packing thread: the oldest batches, together of about `at_most` bytes, and whether no more come.
    pub fn take_batches(&self, at_most: usize) -> (Vec<(Batch, Instant)>, bool) {
        let mut queue = locked(&self.queue);
        let mut taken = Vec::new();
        let mut bytes = 0;
        while bytes < at_most
            && let Some(batch) = queue.batches.pop_front()
        {
            bytes += batch.0.records.len();
            taken.push(batch);
        }
        queue.bytes -= bytes;
        (taken, queue.is_closed && queue.batches.is_empty())
    }

    /// The memory of records that are durable and told, to be used again.
    pub fn recycle(&self, mut records: Vec<u8>) {
        let mut spares = locked(&self.spares);
        if spares.len() < SPARES_MAX && records.capacity() <= SPARE_BYTES_MAX {
            records.clear();
            spares.push(records);
        }
    }

    /// No batch comes behind those that wait.
    pub fn close_queue(&self) {
        locked(&self.queue).is_closed = true;
        self.handed.ring();
    }

    /// For the disk's thread: everything up to here is durable.
    pub fn note_durable(&self, position: Position) {
        *locked(&self.position) = position;
        self.durable.store(position.next_sequence - 1, SeqCst);
    }

    /// Those who read what is durable.
    pub fn subscriptions(&self) -> Vec<Arc<Subscription>> {
        locked(&self.subscriptions).clone()
    }

    pub fn subscribe(&self, subscription: Arc<Subscription>) {
        locked(&self.subscriptions).push(subscription);
    }
}

/// A lock is never left by a panic with half a change behind it: what is inside may be used.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
