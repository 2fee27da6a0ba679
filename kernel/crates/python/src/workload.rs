//! The canonical matching workload, timed.

use std::time::Instant;

use cambist_core::workload::{Operations, Outcome, Replay};
use cambist_wire::Malformed;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// `(trades, volume, notional, missed_cancels, resting, trades_fnv, book_fnv, seconds)`.
type OutcomeTuple = (u64, u64, u128, u64, u64, u64, u64, f64);

/// Replay operations on an empty book. The seconds are those of the operations alone, hashing trades included.
#[pyfunction]
pub fn replay_workload(py: Python<'_>, operations: &[u8]) -> PyResult<OutcomeTuple> {
    let replayed = py.detach(|| timed(operations));
    let (outcome, seconds) = replayed.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let Outcome { trades, volume, notional, missed_cancels, resting, trades_fnv, book_fnv } = outcome;
    Ok((trades, volume, notional, missed_cancels, resting, trades_fnv, book_fnv, seconds))
}

fn timed(operations: &[u8]) -> Result<(Outcome, f64), Malformed> {
    let operations = Operations::parse(operations)?;
    let mut replay = Replay::default();
    let start = Instant::now();
    replay.run(operations)?;
    let seconds = start.elapsed().as_secs_f64();
    Ok((replay.finish(), seconds))
}
