//! The runtime, as Python sees it. Whoever waits here lets other Python threads run.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cambist_core::{Engine, Refused};
use cambist_runtime::{
    DiskSink, Failure, Histogram, Interest, Limits, Options, Pending, Refusal, Runtime as Host, WaitStrategy,
};
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::engine::{PoolsTuple, PyEngine, pools};
use crate::journal::{JournalWriter, PositionTuple, position_tuple};
use crate::synthetic::SyntheticMarket;

/// Work within this time is over sooner than the interpreter's lock would come back from a busy thread.
const PATIENCE: Duration = Duration::from_micros(200);

/// Samples, their sum, p50, p99 and the largest, in nanoseconds.
type SummaryTuple = (u64, u64, u64, u64, u64);
/// Ticket, last sequence, and why it was refused or None.
type AnswerTuple = (u64, u64, Option<String>);
/// Records, last durable sequence, answers.
type BlockTuple<'py> = (Bound<'py, PyBytes>, u64, Vec<AnswerTuple>);

/// An engine and a journal on threads of their own. Failures of the disk are OSError; RuntimeError: it ended.
#[pyclass(module = "cambist_kernel", frozen)]
pub struct Runtime {
    host: Host,
}

#[pymethods]
impl Runtime {
    /// Take over an engine and a journal's writer, and begin to work.
    #[new]
    #[pyo3(signature = (
        engine, writer, directory, minimum_free_bytes, capacity, wait_strategy, engine_cpu, journal_cpu, is_attended
    ))]
    #[allow(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        engine: &mut PyEngine,
        writer: &mut JournalWriter,
        directory: PathBuf,
        minimum_free_bytes: u64,
        capacity: usize,
        wait_strategy: &str,
        engine_cpu: Option<usize>,
        journal_cpu: Option<usize>,
        is_attended: bool,
    ) -> PyResult<Self> {
        let wait_strategy = WaitStrategy::named(wait_strategy)
            .ok_or_else(|| PyValueError::new_err(format!("there is no wait strategy {wait_strategy:?}")))?;
        let options = Options { capacity, wait_strategy, engine_cpu, journal_cpu, is_attended };
        let (builder, segments) = writer.hand_over()?.into_parts();
        let sink = DiskSink::open(segments, directory, minimum_free_bytes).map_err(failed)?;
        let engine = std::mem::replace(&mut engine.engine, Engine::new());
        Ok(Self { host: Host::start(engine, builder, sink, options).map_err(failed)? })
    }

    /// Put packed commands without stamps into the ring; their ticket, or None where the ring is full. Some places are
    /// kept for emergencies.
    #[pyo3(signature = (records, is_emergency=false))]
    fn submit(&self, records: &[u8], is_emergency: bool) -> PyResult<Option<u64>> {
        let put = if is_emergency { Host::submit_emergency } else { Host::submit };
        match put(&self.host, records.to_vec()) {
            Ok(ticket) => Ok(Some(ticket)),
            Err(Refusal::Full) => Ok(None),
            Err(Refusal::Closed) => Err(failed(self.host.check().err().unwrap_or(Failure::Stopped))),
        }
    }

    /// Submissions in the ring.
    #[getter]
    fn waiting(&self) -> usize {
        self.host.waiting()
    }

    /// Tickets of the oldest submissions, which leave the ring to be applied one by one.
    fn take(&self, py: Python<'_>, at_most: usize) -> PyResult<Vec<u64>> {
        self.ask(py, move |worker| worker.take(at_most))
    }

    /// Stamp and apply packed commands together; gives each followed by its events.
    fn apply<'py>(&self, py: Python<'py>, records: &[u8], now_ns: i64) -> PyResult<Bound<'py, PyBytes>> {
        let records = records.to_vec();
        stream(py, self.ask(py, move |worker| worker.apply(&records, now_ns))?)
    }

    /// The same with a submission that was taken.
    fn apply_taken<'py>(&self, py: Python<'py>, ticket: u64, now_ns: i64) -> PyResult<Bound<'py, PyBytes>> {
        stream(py, self.ask(py, move |worker| worker.apply_taken(ticket, now_ns))?)
    }

    /// Let participants live on the engine thread from now on.
    fn host(&self, py: Python<'_>, market: &mut SyntheticMarket) -> PyResult<()> {
        let participants = market.hand_over()?;
        self.ask(py, move |worker| worker.host(participants))
    }

    /// Let them act until the horizon, a limit, or something of interest: the stream, engine time, when they act next.
    #[allow(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        now_ns: i64,
        horizon_ns: i64,
        wall_ns: u64,
        commands: usize,
        books: Vec<(u32, i64)>,
        trades: Vec<u32>,
        quiet_accounts: (u32, u32),
    ) -> PyResult<(Bound<'py, PyBytes>, i64, i64)> {
        let interest = Interest { books, trades, quiet_accounts };
        let wall = Duration::from_nanos(wall_ns);
        let limits =
            Limits { now_ns, horizon_ns, wall: wall.min(PATIENCE), commands, interest: interest.clone() };
        let mut ran = self.ask(py, move |worker| worker.run(&limits))?.map_err(refused)?;
        if ran.is_cut && wall > PATIENCE {
            let (now_ns, horizon_ns, wall) = (ran.now_ns, ran.horizon_ns, wall - PATIENCE);
            let rest = Limits { now_ns, horizon_ns, wall, commands, interest };
            let pending = self.host.begin(move |worker| worker.run(&rest)).map_err(failed)?;
            let further = py.detach(|| finished(&pending)).map_err(failed)?.map_err(refused)?;
            ran.stream.extend_from_slice(&further.stream);
            (ran.now_ns, ran.next_ns) = (further.now_ns, further.next_ns);
        }
        Ok((PyBytes::new(py, &ran.stream), ran.now_ns, ran.next_ns))
    }

    /// The state of the participants.
    fn save_participants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.ask(py, |worker| worker.save_participants())?))
    }

    /// Hand everything applied to the journal thread, without waiting until it is durable.
    fn commit(&self, py: Python<'_>) -> PyResult<()> {
        if self.host.has_room() {
            return self.host.commit().map_err(failed);
        }
        py.detach(|| self.host.commit()).map_err(failed)
    }

    /// The last durable command, once that is at least `sequence` or the time is over (None: never).
    fn await_durable(&self, py: Python<'_>, sequence: u64, timeout_ns: Option<u64>) -> PyResult<u64> {
        let deadline = timeout_ns.map(|timeout_ns| Instant::now() + Duration::from_nanos(timeout_ns));
        if timeout_ns == Some(0) {
            return self.host.await_durable(sequence, deadline).map_err(failed);
        }
        py.detach(|| self.host.await_durable(sequence, deadline)).map_err(failed)
    }

    /// Where the next durable block belongs.
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PositionTuple<'py> {
        position_tuple(py, &self.host.position())
    }

    /// Of the last applied command; 0 at first.
    #[getter]
    fn sequence(&self, py: Python<'_>) -> PyResult<u64> {
        self.ask(py, |worker| worker.engine().sequence())
    }

    /// Of the last event; 0 at first.
    #[getter]
    fn event_sequence(&self, py: Python<'_>) -> PyResult<u64> {
        self.ask(py, |worker| worker.engine().event_sequence())
    }

    /// The engine's time.
    #[getter]
    fn now_ns(&self, py: Python<'_>) -> PyResult<i64> {
        self.ask(py, |worker| worker.engine().now_ns())
    }

    /// The whole state as canonical bytes.
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let pending = self.host.begin(|worker| worker.engine().snapshot()).map_err(failed)?;
        Ok(PyBytes::new(py, &py.detach(|| finished(&pending)).map_err(failed)?))
    }

    /// The pools of orders, and the memory of the index over them.
    fn pools(&self, py: Python<'_>) -> PyResult<PoolsTuple> {
        self.ask(py, |worker| pools(worker.engine()))
    }

    /// The first 8 bytes of BLAKE2b over the snapshot, as 16 hex digits.
    fn state_hash(&self, py: Python<'_>) -> PyResult<String> {
        self.ask(py, |worker| worker.engine().state_hash())
    }

    /// Latencies of a stage: samples, their sum, p50, p99 and the largest, in nanoseconds. ValueError: no such stage.
    fn stage(&self, name: &str) -> PyResult<SummaryTuple> {
        let summary = self.histogram(name)?.summary();
        Ok((summary.count, summary.total_ns, summary.p50_ns, summary.p99_ns, summary.max_ns))
    }

    /// How many samples of a stage lie at or below each bound. ValueError: there is no such stage.
    fn cumulative(&self, stage: &str, bounds_ns: Vec<u64>) -> PyResult<Vec<u64>> {
        Ok(self.histogram(stage)?.cumulative(&bounds_ns))
    }

    /// Read durable blocks from now on. A reader that does not read holds everything up.
    fn subscribe(&self, capacity: usize) -> Subscription {
        Subscription { subscription: self.host.subscribe(capacity) }
    }

    /// Make durable what was applied and end; the engine, unless it failed or this was called before.
    fn stop(&self, py: Python<'_>) -> Option<PyEngine> {
        py.detach(|| self.host.stop()).map(|engine| PyEngine { engine })
    }
}

impl Runtime {
    fn histogram(&self, stage: &str) -> PyResult<&Histogram> {
        let histogram = self.host.stages().get(stage);
        histogram.ok_or_else(|| PyValueError::new_err(format!("there is no stage {stage:?}")))
    }

    /// Short work is done here, with the interpreter's lock held, where the engine is idle: another thread would not
    /// even have woken up. Otherwise the engine thread does it, and after a moment others may run.
    fn ask<Reply: Send + 'static>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut cambist_runtime::Worker) -> Reply + Send + 'static,
    ) -> PyResult<Reply> {
        let pending = self.host.begin_here(job).map_err(failed)?;
        if let Some(reply) = pending.wait(Some(Instant::now() + PATIENCE)).map_err(failed)? {
            return Ok(reply);
        }
        py.detach(|| finished(&pending)).map_err(failed)
    }
}

fn finished<Reply>(pending: &Pending<Reply>) -> Result<Reply, Failure> {
    loop {
        if let Some(reply) = pending.wait(None)? {
            return Ok(reply);
        }
    }
}

/// One reader's end of the ring out.
#[pyclass(module = "cambist_kernel", frozen)]
pub struct Subscription {
    subscription: Arc<cambist_runtime::Subscription>,
}

#[pymethods]
impl Subscription {
    /// The next durable block: records, last sequence, and what became of the submissions in it; None where there is
    /// none within the time (None: however long it takes), or none will come any more.
    fn read<'py>(&self, py: Python<'py>, timeout_ns: Option<u64>) -> Option<BlockTuple<'py>> {
        let deadline = timeout_ns.map(|timeout_ns| Instant::now() + Duration::from_nanos(timeout_ns));
        let block = py.detach(|| self.subscription.read(deadline))?;
        let answers =
            block.answers.iter().map(|answer| (answer.ticket, answer.last_sequence, answer.refused.clone()));
        Some((PyBytes::new(py, &block.records), block.last_sequence, answers.collect()))
    }

    /// Read no more.
    fn close(&self) {
        self.subscription.close();
    }
}

fn stream(py: Python<'_>, applied: Result<Vec<u8>, Refused>) -> PyResult<Bound<'_, PyBytes>> {
    Ok(PyBytes::new(py, &applied.map_err(refused)?))
}

fn refused(refused: Refused) -> PyErr {
    match refused {
        Refused::Malformed(malformed) => PyValueError::new_err(malformed.to_string()),
        Refused::Invariant(problem) => PyRuntimeError::new_err(problem),
    }
}

fn failed(failure: Failure) -> PyErr {
    match failure {
        Failure::Storage(Some(number), problem) => PyOSError::new_err((number, problem)),
        Failure::Storage(None, problem) => PyOSError::new_err(problem),
        Failure::Broken(_) | Failure::Stopped => PyRuntimeError::new_err(failure.to_string()),
    }
}
