//! The canonical matching workload, run and measured.

use std::time::Instant;

use cambist_conventional::ConventionalEngine;
use cambist_core::workload::{Operations, Outcome, Replay, Report, Tally};
use cambist_wire::Malformed;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::ticks::{Ticks, percentile};

/// `(trades, volume, notional, missed_cancels, resting, trades_fnv, book_fnv, seconds)`.
type OutcomeTuple = (u64, u64, u128, u64, u64, u64, u64, f64);
/// The outcome, seconds of each run and of the conventional engine's, then p50, p99, p99.99 and the timer in ns.
type MeasuredTuple = (OutcomeTuple, Vec<f64>, Vec<f64>, (f64, f64, f64, f64));
/// Outcome, seconds, and the memory of the reports to use again.
type Run = (Outcome, f64, Vec<Report>);

/// Replay operations on an empty book. The seconds are those of the operations alone: reports are written and
/// trades hashed within, the final book is hashed after.
#[pyfunction]
pub fn replay_workload(py: Python<'_>, operations: &[u8]) -> PyResult<OutcomeTuple> {
    let replayed = py.detach(|| replay(Operations::parse(operations)?, Vec::new()));
    let (outcome, seconds, _) = replayed.map_err(refused)?;
    Ok(outcome_tuple(outcome, seconds))
}

/// Replay operations `runs` times, by turns on an empty book of ours and on the conventional engine, then once
/// with every operation timed. ValueError where the two disagree.
#[pyfunction]
pub fn measure_workload(py: Python<'_>, operations: &[u8], runs: usize) -> PyResult<MeasuredTuple> {
    py.detach(|| measured(Operations::parse(operations)?, runs)).map_err(refused)
}

fn refused(malformed: Malformed) -> PyErr {
    PyValueError::new_err(malformed.to_string())
}

fn measured(operations: Operations<'_>, runs: usize) -> Result<MeasuredTuple, Malformed> {
    let (mut own, mut conventional) = (Vec::new(), Vec::new());
    let (mut last, _, mut reports) = replay(operations, Vec::new())?;
    for _ in 0..runs {
        let (outcome, seconds, used) = replay(operations, reports)?;
        own.push(seconds);
        let (expected, seconds, used) = replay_conventionally(operations, used)?;
        conventional.push(seconds);
        if outcome != expected {
            return Err(Malformed { offset: 0, problem: "the two engines disagree" });
        }
        (last, reports) = (outcome, used);
    }
    let best = own.iter().copied().fold(f64::INFINITY, f64::min);
    Ok((outcome_tuple(last, best), own, conventional, latency(operations, reports)?))
}

fn replay(operations: Operations<'_>, reports: Vec<Report>) -> Result<Run, Malformed> {
    let mut replay = Replay::new(Tally::reusing(reports));
    let start = Instant::now();
    replay.run(operations, || ())?;
    let seconds = start.elapsed().as_secs_f64();
    let (outcome, reports) = replay.finish().finish();
    Ok((outcome, seconds, reports))
}

fn replay_conventionally(operations: Operations<'_>, reports: Vec<Report>) -> Result<Run, Malformed> {
    let mut engine = ConventionalEngine::new(Tally::reusing(reports));
    let start = Instant::now();
    engine.run(operations)?;
    let seconds = start.elapsed().as_secs_f64();
    let (outcome, reports) = engine.finish().finish();
    Ok((outcome, seconds, reports))
}

/// Percentiles of one operation, and the median of none: what the timer costs, contained in both.
fn latency(operations: Operations<'_>, reports: Vec<Report>) -> Result<(f64, f64, f64, f64), Malformed> {
    let ticks = Ticks::calibrated();
    let mut samples: Vec<u32> = Vec::with_capacity(operations.len());
    let mut last = Ticks::now();
    for _ in 0..operations.len() {
        let now = Ticks::now();
        samples.push((now - last) as u32);
        last = now;
    }
    let timer = percentile(&mut samples, 5_000);
    samples.clear();
    let mut replay = Replay::new(Tally::reusing(reports));
    let mut last = Ticks::now();
    replay.run(operations, || {
        let now = Ticks::now();
        samples.push((now - last) as u32);
        last = now;
    })?;
    let [p50, p99, p99_99] = [5_000, 9_900, 9_999].map(|part| ticks.ns(percentile(&mut samples, part)));
    Ok((p50, p99, p99_99, ticks.ns(timer)))
}

fn outcome_tuple(outcome: Outcome, seconds: f64) -> OutcomeTuple {
    let Outcome { trades, volume, notional, missed_cancels, resting, trades_fnv, book_fnv } = outcome;
    (trades, volume, notional, missed_cancels, resting, trades_fnv, book_fnv, seconds)
}
