//! The thread that makes durable: whatever was handed over since the last sync goes out in one block.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Instant;

use crate::failure::Failure;
use crate::shared::{Batch, Shared};
use crate::sink::BlockSink;
use crate::subscription::Block;

/// About so much goes into one block.
const BLOCK_BYTES: usize = 16 << 20;

/// Work until no more batches come, or one cannot be made durable.
pub fn run(shared: &Shared, mut sink: impl BlockSink) {
    loop {
        let batches = shared.take_batches(BLOCK_BYTES);
        if batches.is_empty() {
            break;
        }
        if let Err(failure) = make_durable(shared, &mut sink, batches) {
            shared.fail(failure);
            break;
        }
    }
    shared.subscriptions().iter().for_each(|subscription| subscription.close());
}

fn make_durable(
    shared: &Shared,
    sink: &mut impl BlockSink,
    batches: Vec<(Batch, Instant)>,
) -> Result<(), Failure> {
    shared.check()?;
    for (batch, _) in &batches {
        sink.append(&batch.records)?;
    }
    sink.commit()?;
    shared.note_durable(sink.position());
    note_latencies(shared, &batches);
    publish(shared, batches);
    shared.written.ring();
    Ok(())
}

fn note_latencies(shared: &Shared, batches: &[(Batch, Instant)]) {
    let now = Instant::now();
    for (batch, handed) in batches {
        shared.stages.journal.record(now - *handed, 1);
        batch.arrived.iter().for_each(|arrived| shared.stages.whole.record(now - *arrived, 1));
    }
}

fn publish(shared: &Shared, batches: Vec<(Batch, Instant)>) {
    let subscriptions = shared.subscriptions();
    if subscriptions.is_empty() {
        return;
    }
    let mut block = Block { last_sequence: shared.durable(), ..Block::default() };
    for (batch, _) in batches {
        block.records.extend_from_slice(&batch.records);
        block.answers.extend(batch.answers);
    }
    let block = Arc::new(block);
    for subscription in subscriptions {
        subscription.publish(&block, || shared.is_stopping.load(SeqCst));
    }
}
