//! The runtime as its owner sees it: three threads, and the doors to them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use cambist_core::Engine;
use cambist_journal::{BlockBuilder, Position};

use crate::affinity;
use crate::disk_thread;
use crate::failure::Failure;
use crate::inlet::Refusal;
use crate::journal_thread;
use crate::relay::Relay;
use crate::shared::{Shared, locked};
use crate::sink::BlockSink;
use crate::stages::Stages;
use crate::subscription::Subscription;
use crate::wait::WaitStrategy;
use crate::worker::Worker;

/// How a runtime works, never what comes out.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Places in the ring in, without those kept for emergencies.
    pub capacity: usize,
    /// How the threads wait for work.
    pub wait_strategy: WaitStrategy,
    /// The processor of the engine thread.
    pub engine_cpu: Option<usize>,
    /// The processor of the threads that pack and write the journal.
    pub journal_cpu: Option<usize>,
    /// Somebody asks for every step and says what time it is; without, the ring is served at the wall's time.
    pub is_attended: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            capacity: 16_384,
            wait_strategy: WaitStrategy::Park,
            engine_cpu: None,
            journal_cpu: None,
            is_attended: false,
        }
    }
}

/// An engine with its journal, on three threads of their own.
pub struct Runtime {
    shared: Arc<Shared>,
    /// Held by the engine thread while it works, or by whoever works in its place.
    worker: Arc<Mutex<Worker>>,
    options: Options,
    engine_thread: Mutex<Option<JoinHandle<Option<Engine>>>>,
    journal_threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Runtime {
    /// Begin to work. Fails where a thread cannot be started or bound to its processor.
    pub fn start(
        engine: Engine,
        builder: BlockBuilder,
        sink: impl BlockSink + 'static,
        options: Options,
    ) -> Result<Self, Failure> {
        let shared = Arc::new(Shared::new(options.capacity, options.wait_strategy, sink.position()));
        let worker = Arc::new(Mutex::new(Worker::new(engine, Arc::clone(&shared))));
        let journal_threads = journal_threads(&shared, builder, sink, options)?;
        let for_engine = Arc::clone(&shared);
        let own_worker = Arc::clone(&worker);
        let engine_thread = spawn("cambist-engine", options.engine_cpu, move || {
            let is_whole = run_guarded(&for_engine, || attend(&for_engine, &own_worker, options.is_attended));
            for_engine.close_queue();
            is_whole.then(|| locked(&own_worker).take_engine())
        });
        let engine_thread = engine_thread.inspect_err(|_| shared.close_queue())?;
        Ok(Self {
            shared,
            worker,
            options,
            engine_thread: Mutex::new(Some(engine_thread)),
            journal_threads: Mutex::new(journal_threads),
        })
    }

    /// Put packed commands without stamps into the ring, to be applied together; their ticket. Never waits.
    pub fn submit(&self, records: Vec<u8>) -> Result<u64, Refusal> {
        self.put(records, false)
    }

    /// The same for what stops a desk or a market: it finds a place where all others are taken.
    pub fn submit_emergency(&self, records: Vec<u8>) -> Result<u64, Refusal> {
        self.put(records, true)
    }

    fn put(&self, records: Vec<u8>, is_emergency: bool) -> Result<u64, Refusal> {
        let ticket = self.shared.inlet.push(records, is_emergency)?;
        if !self.options.is_attended {
            self.shared.work.ring();
        }
        Ok(ticket)
    }

    /// How many submissions wait in the ring.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.inlet.len()
    }

    /// Let the engine thread do something, and wait for what comes back.
    pub fn ask<Reply: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Worker) -> Reply + Send + 'static,
    ) -> Result<Reply, Failure> {
        let reply = self.begin(job)?;
        loop {
            if let Some(reply) = reply.wait(None)? {
                return Ok(reply);
            }
        }
    }

    /// The same without waiting yet.
    pub fn begin<Reply: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Worker) -> Reply + Send + 'static,
    ) -> Result<Pending<Reply>, Failure> {
        self.check()?;
        let pending = Pending { reply: Arc::default(), shared: Arc::clone(&self.shared) };
        let place = Arc::clone(&pending.reply);
        locked(&self.shared.jobs).push_back(Box::new(move |worker| {
            let reply = job(worker);
            *locked(&place) = Some(reply);
        }));
        self.shared.work.ring();
        Ok(pending)
    }

    /// The same, done by the calling thread where the engine is idle: for work that is over sooner than another thread
    /// would wake up.
    pub fn begin_here<Reply: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Worker) -> Reply + Send + 'static,
    ) -> Result<Pending<Reply>, Failure> {
        self.check()?;
        let Ok(mut worker) = self.worker.try_lock() else { return self.begin(job) };
        if self.shared.is_stopping.load(SeqCst) {
            // The engine may have been taken out already: whether it is still there, its own thread knows.
            drop(worker);
            return self.begin(job);
        }
        match catch_unwind(AssertUnwindSafe(|| job(&mut worker))) {
            Ok(reply) => {
                Ok(Pending { reply: Arc::new(Mutex::new(Some(reply))), shared: Arc::clone(&self.shared) })
            }
            Err(_) => {
                let failure = Failure::Broken("the engine panicked in the middle of something".to_owned());
                self.shared.fail(failure.clone());
                Err(failure)
            }
        }
    }

    /// Whether a commit would not wait.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.shared.has_room()
    }

    /// Hand everything applied so far to the journal thread, without waiting until it is durable.
    pub fn commit(&self) -> Result<(), Failure> {
        self.shared.hand_over()
    }

    /// The last durable command, once that is at least `sequence`, or whatever it is at the deadline.
    pub fn await_durable(&self, sequence: u64, deadline: Option<Instant>) -> Result<u64, Failure> {
        loop {
            let seen = self.shared.written.rings();
            self.check()?;
            let durable = self.shared.durable();
            if durable >= sequence || deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Ok(durable);
            }
            self.shared.written.wait(seen, deadline);
        }
    }

    /// Behind the last durable block.
    #[must_use]
    pub fn position(&self) -> Position {
        self.shared.position()
    }

    /// Latencies by stage.
    #[must_use]
    pub fn stages(&self) -> &Stages {
        &self.shared.stages
    }

    /// Read durable blocks from now on, at most `capacity` of them waiting to be read.
    #[must_use]
    pub fn subscribe(&self, capacity: usize) -> Arc<Subscription> {
        let subscription = Arc::new(Subscription::new(capacity, self.options.wait_strategy));
        self.shared.subscribe(Arc::clone(&subscription));
        subscription
    }

    /// What ended it, if anything did.
    pub fn check(&self) -> Result<(), Failure> {
        self.shared.check()
    }

    /// Refuse new submissions, make durable what was applied, and end all threads; the engine, unless it panicked.
    /// Unattended, everything in the ring is applied first. A second call gives nothing.
    pub fn stop(&self) -> Option<Engine> {
        self.shared.inlet.close();
        self.shared.is_stopping.store(true, SeqCst);
        self.shared.ring_all();
        let engine = locked(&self.engine_thread).take().and_then(|thread| thread.join().ok().flatten());
        for thread in locked(&self.journal_threads).drain(..) {
            drop(thread.join());
        }
        self.shared.fail(Failure::Stopped);
        engine
    }
}

/// What the engine thread was asked for, and has perhaps not done yet.
pub struct Pending<Reply> {
    reply: Arc<Mutex<Option<Reply>>>,
    shared: Arc<Shared>,
}

impl<Reply> Pending<Reply> {
    /// The reply; `None` where it is not there at the deadline.
    pub fn wait(&self, deadline: Option<Instant>) -> Result<Option<Reply>, Failure> {
        loop {
            let seen = self.shared.answered.rings();
            if let Some(reply) = locked(&self.reply).take() {
                return Ok(Some(reply));
            }
            self.shared.check()?;
            if !self.shared.answered.wait(seen, deadline) {
                return Ok(locked(&self.reply).take());
            }
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        drop(self.stop());
    }
}

/// Start what packs and what writes. Where the second cannot be started, the first ends.
fn journal_threads(
    shared: &Arc<Shared>,
    builder: BlockBuilder,
    sink: impl BlockSink + 'static,
    options: Options,
) -> Result<Vec<JoinHandle<()>>, Failure> {
    let relay = Arc::new(Relay::new(options.wait_strategy));
    let (for_packing, own_relay) = (Arc::clone(shared), Arc::clone(&relay));
    let packing = spawn("cambist-journal", options.journal_cpu, move || {
        run_guarded(&for_packing, || journal_thread::run(&for_packing, builder, &own_relay));
        own_relay.close();
    })?;
    let for_writing = Arc::clone(shared);
    let writing = spawn("cambist-disk", options.journal_cpu, move || {
        run_guarded(&for_writing, || disk_thread::run(&for_writing, sink, &relay));
    });
    let writing = writing.inspect_err(|_| shared.close_queue())?;
    Ok(vec![packing, writing])
}

/// The engine thread's life: jobs, and what is in the ring where nobody attends.
fn attend(shared: &Shared, worker: &Mutex<Worker>, is_attended: bool) {
    loop {
        let seen = shared.work.rings();
        let job = locked(&shared.jobs).pop_front();
        if let Some(job) = job {
            job(&mut locked(worker));
            shared.answered.ring();
            continue;
        }
        let served = if is_attended { Ok(false) } else { locked(worker).serve() };
        let is_over = shared.is_stopping.load(SeqCst) || shared.check().is_err();
        match served {
            Ok(true) => {}
            Ok(false) if is_over => break,
            Ok(false) => drop(shared.work.wait(seen, None)),
            Err(failure) => return shared.fail(failure),
        }
    }
    if let Err(failure) = shared.hand_over() {
        shared.fail(failure);
    }
}

/// A panic becomes the failure of the whole runtime; whether there was none.
fn run_guarded(shared: &Shared, work: impl FnOnce()) -> bool {
    let result = catch_unwind(AssertUnwindSafe(work));
    if result.is_err() {
        shared.fail(thread_panicked(thread::current().name().unwrap_or_default()));
    }
    result.is_ok()
}

fn thread_panicked(name: &str) -> Failure {
    Failure::Broken(format!("the thread {name} panicked in the middle of something"))
}

/// Start a thread and return once it sits on its processor.
fn spawn<Outcome: Default + Send + 'static>(
    name: &str,
    cpu: Option<usize>,
    work: impl FnOnce() -> Outcome + Send + 'static,
) -> Result<JoinHandle<Outcome>, Failure> {
    let (sender, bound) = mpsc::channel();
    let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
        let is_bound = affinity::bind(cpu);
        let can_work = is_bound.is_ok();
        let _ = sender.send(is_bound);
        if can_work { work() } else { Outcome::default() }
    })?;
    bound.recv().map_err(|_| thread_panicked(name))??;
    Ok(thread)
}
