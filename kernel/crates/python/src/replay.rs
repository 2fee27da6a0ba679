//! Recovery, as Python sees it: a journal applied again outside the interpreter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use cambist_core::Refused;
use cambist_runtime::{ReplayFailure, replay};
use pyo3::exceptions::{PyIndexError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::engine::{FAILED, PyEngine};

/// Sequence of a command, what it gives now and what the journal holds, itself included.
type DifferenceTuple<'py> = (u64, Bound<'py, PyBytes>, Bound<'py, PyBytes>);

/// Apply every command behind `after_sequence` from segments, in order; where something differs first, or None.
/// IndexError: a segment is damaged; OSError; RuntimeError and ValueError: the engine refuses a command.
#[pyfunction]
pub fn replay_journal<'py>(
    py: Python<'py>,
    engine: &mut PyEngine,
    segments: Vec<PathBuf>,
    after_sequence: u64,
) -> PyResult<Option<DifferenceTuple<'py>>> {
    let engine = &mut engine.engine;
    let replayed = py.detach(|| catch_unwind(AssertUnwindSafe(|| replay(engine, &segments, after_sequence))));
    let difference = replayed.map_err(|_| PyRuntimeError::new_err(FAILED))?.map_err(failed)?;
    Ok(difference
        .map(|found| (found.sequence, PyBytes::new(py, &found.produced), PyBytes::new(py, &found.expected))))
}

fn failed(failure: ReplayFailure) -> PyErr {
    match failure {
        ReplayFailure::Disk(error) => error.into(),
        ReplayFailure::Damaged(path, damage) => {
            let name = path.file_name().unwrap_or_default().display();
            PyIndexError::new_err(format!("{name} at byte {}: {}", damage.offset, damage.description))
        }
        ReplayFailure::Refused(Refused::Malformed(malformed)) => PyValueError::new_err(malformed.to_string()),
        ReplayFailure::Refused(Refused::Invariant(problem)) => PyRuntimeError::new_err(problem),
    }
}
