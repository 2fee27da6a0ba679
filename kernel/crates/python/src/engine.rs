//! The class `Engine`: packed commands in, packed events out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cambist_core::{Engine, PoolUsage, Refused};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Batches below this size keep the interpreter's lock: getting it back from a busy thread would take longer.
const SHARED_BATCH_BYTES: usize = 64 * 1024;

pub const FAILED: &str = "the engine failed in the middle of a command and refuses everything from now on";

/// Name, places, used, taken, reused and bytes of each pool; bytes of the index.
pub type PoolsTuple = (Vec<(&'static str, u64, u64, u64, u64, u64)>, u64);

/// The deterministic engine. One thread at a time may use it.
#[pyclass(name = "Engine", module = "cambist_kernel")]
pub struct PyEngine {
    pub(crate) engine: Engine,
}

#[pymethods]
impl PyEngine {
    /// An empty engine.
    #[new]
    fn new() -> Self {
        Self { engine: Engine::new() }
    }

    /// The engine that gave this snapshot.
    #[staticmethod]
    fn restore(snapshot: &[u8]) -> PyResult<Self> {
        let restored = catch_unwind(|| Engine::restore(snapshot));
        match restored {
            Ok(Ok(engine)) => Ok(Self { engine }),
            Ok(Err(malformed)) => Err(PyValueError::new_err(malformed.to_string())),
            Err(_) => Err(PyValueError::new_err("its numbers contradict each other")),
        }
    }

    /// Apply one packed command; gives the packed events.
    fn apply<'py>(&mut self, py: Python<'py>, command: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let events = guarded(|| self.engine.apply(command))?;
        Ok(PyBytes::new(py, events))
    }

    /// Apply packed commands; gives each followed by its events. Other threads run meanwhile where there are many.
    fn apply_batch<'py>(&mut self, py: Python<'py>, commands: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let engine = &mut self.engine;
        let stream = if commands.len() < SHARED_BATCH_BYTES {
            guarded(|| engine.apply_batch(commands))?
        } else {
            py.detach(|| guarded(|| engine.apply_batch(commands)))?
        };
        Ok(PyBytes::new(py, stream))
    }

    /// Take what `apply` takes, do nothing, give no events: what a call costs, for benchmarks to compare with.
    fn apply_nothing<'py>(&mut self, py: Python<'py>, command: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let events = guarded(|| Ok(std::hint::black_box(command).split_at(0).0))?;
        Ok(PyBytes::new(py, events))
    }

    /// The pools of orders, and the memory of the index over them.
    fn pools(&self) -> PoolsTuple {
        pools(&self.engine)
    }

    /// The whole state as canonical bytes.
    fn snapshot<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.engine.snapshot())
    }

    /// The first 8 bytes of BLAKE2b over the snapshot, as 16 hex digits.
    fn state_hash(&self) -> String {
        self.engine.state_hash()
    }

    /// Of the last applied command; 0 at first.
    #[getter]
    fn sequence(&self) -> u64 {
        self.engine.sequence()
    }

    /// Of the last event; 0 at first.
    #[getter]
    fn event_sequence(&self) -> u64 {
        self.engine.event_sequence()
    }

    /// The engine's time, in nanoseconds since the epoch.
    #[getter]
    fn now_ns(&self) -> i64 {
        self.engine.now_ns()
    }
}

pub fn pools(engine: &Engine) -> PoolsTuple {
    let tuple =
        |pool: PoolUsage| (pool.name, pool.places, pool.used, pool.taken, pool.reused, pool.size_bytes);
    (engine.pools().map(tuple).to_vec(), engine.order_index_bytes())
}

/// Run an application of commands. A panic leaves the engine marked as failed, and becomes an exception.
fn guarded<T>(apply: impl FnOnce() -> Result<T, Refused>) -> PyResult<T> {
    match catch_unwind(AssertUnwindSafe(apply)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Refused::Malformed(malformed))) => Err(PyValueError::new_err(malformed.to_string())),
        Ok(Err(Refused::Invariant(problem))) => Err(PyRuntimeError::new_err(problem)),
        Err(_) => Err(PyRuntimeError::new_err(FAILED)),
    }
}
