//! Replays a file of operations on both engines and prints their rates: `replay FILE [RUNS]`.

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
    for _ in 0..runs {
        let mut conventional = 1.0;
        let mut outcome;
        if which != "own" {
            (outcome, conventional, reports) = replay_conventionally(operations, reports);
            println!("conventional {conventional:.1} M/s, trades {:016x}", outcome.trades_fnv);
        }
        if which != "conventional" {
            let own;
            (outcome, own, reports) = replay(operations, reports);
            println!("own {own:.1} M/s, {:.1} times, trades {:016x}", own / conventional, outcome.trades_fnv);
        }
    }
}

#[inline(never)]
fn replay_conventionally(operations: Operations<'_>, reports: Vec<Report>) -> (Outcome, f64, Vec<Report>) {
    let mut engine = ConventionalEngine::new(Tally::reusing(reports));
    let start = processor_seconds();
    engine.run(operations).expect("sound operations");
    let rate = operations.len() as f64 / 1e6 / (processor_seconds() - start);
    let (outcome, reports) = engine.finish().finish();
    (outcome, rate, reports)
}

#[inline(never)]
fn replay(operations: Operations<'_>, reports: Vec<Report>) -> (Outcome, f64, Vec<Report>) {
    let mut engine = Replay::new(Tally::reusing(reports));
    let start = processor_seconds();
    engine.run(operations, || ()).expect("sound operations");
    let rate = operations.len() as f64 / 1e6 / (processor_seconds() - start);
    let (outcome, reports) = engine.finish().finish();
    (outcome, rate, reports)
}

/// What this process has used, so that other work on the machine disturbs little.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").expect("Linux");
    let used_ns: f64 = text.split(' ').next().and_then(|text| text.parse().ok()).expect("a number");
    used_ns / 1e9
}
