//! Replays a file of operations on both engines and prints their rates: `replay FILE [RUNS] [own|conventional]`.

use std::time::Instant;

use cambist_conventional::ConventionalEngine;
use cambist_core::workload::{Operations, Outcome, Replay, Report, Tally};

const RUNS: usize = 7;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a file of operations");
    let runs = arguments.next().map_or(RUNS, |runs| runs.parse().expect("a number of runs"));
    let which = arguments.next().unwrap_or_default();
    let data = std::fs::read(path).expect("a file that can be read");
    let operations = Operations::parse(&data).expect("operations");
    let mut reports = Vec::new();
    let (mut conventional, mut own) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let (mut outcome, mut rate);
        if which != "own" {
            (outcome, rate, reports) = replay_conventionally(operations, reports);
            conventional.push((rate, outcome));
        }
        if which != "conventional" {
            (outcome, rate, reports) = replay(operations, reports);
            own.push((rate, outcome));
        }
    }
    print("conventional", conventional);
    print("own", own);
}

#[inline(never)]
fn replay_conventionally(operations: Operations<'_>, reports: Vec<Report>) -> (Outcome, f64, Vec<Report>) {
    let mut engine = ConventionalEngine::new(Tally::reusing(reports));
    let start = Instant::now();
    engine.run(operations).expect("sound operations");
    let rate = operations.len() as f64 / 1e6 / start.elapsed().as_secs_f64();
    let (outcome, reports) = engine.finish().finish();
    (outcome, rate, reports)
}

#[inline(never)]
fn replay(operations: Operations<'_>, reports: Vec<Report>) -> (Outcome, f64, Vec<Report>) {
    let mut engine = Replay::new(Tally::reusing(reports));
    let start = Instant::now();
    engine.run(operations, || ()).expect("sound operations");
    let rate = operations.len() as f64 / 1e6 / start.elapsed().as_secs_f64();
    let (outcome, reports) = engine.finish().finish();
    (outcome, rate, reports)
}

/// The best run is the one that other work on the machine disturbed least.
fn print(name: &str, mut runs: Vec<(f64, Outcome)>) {
    runs.sort_by(|one, other| one.0.total_cmp(&other.0));
    if let Some((best, outcome)) = runs.last() {
        let median = runs[runs.len() / 2].0;
        println!("{name}: best {best:.1} M/s, median {median:.1}, trades {:016x}", outcome.trades_fnv);
    }
}
