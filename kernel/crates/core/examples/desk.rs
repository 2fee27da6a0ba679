//! Applies a file of packed commands by batches, and prints commands per second: `desk FILE [COMMANDS_PER_BATCH]`.

use std::time::Instant;

use cambist_core::Engine;
use cambist_wire::Header;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let data = std::fs::read(arguments.next().expect("a file of commands")).expect("a file that can be read");
    let per_batch = arguments.next().map_or(1_000, |count| count.parse().expect("a number"));
    let batches = batches_of(&data, per_batch);
    let mut rates: Vec<f64> = (0..7).map(|_| rate(&batches, per_batch)).collect();
    rates.sort_by(f64::total_cmp);
    println!("best {:.2} M commands/s, median {:.2}", rates[6] / 1e6, rates[3] / 1e6);
}

fn batches_of(data: &[u8], per_batch: usize) -> Vec<&[u8]> {
    let (mut batches, mut start, mut end, mut count) = (Vec::new(), 0, 0, 0);
    while end < data.len() {
        end += Header::read(&data[end..]).expect("a command").size;
        count += 1;
        if count == per_batch {
            batches.push(&data[start..end]);
            (start, count) = (end, 0);
        }
    }
    batches.push(&data[start..end]);
    batches
}

#[inline(never)]
fn rate(batches: &[&[u8]], per_batch: usize) -> f64 {
    let mut engine = Engine::new();
    let start = Instant::now();
    for batch in batches {
        engine.apply_batch(batch).expect("commands that continue");
    }
    (batches.len() * per_batch) as f64 / start.elapsed().as_secs_f64()
}
