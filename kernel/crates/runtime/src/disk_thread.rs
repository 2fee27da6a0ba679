//! The thread that makes durable, and tells of it.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Instant;

use crate::failure::Failure;
use crate::relay::{Relay, Sealed};
use crate::shared::{Batch, Shared};
use crate::sink::BlockSink;
use crate::subscription::Block;

/// Work until no more blocks come, or one cannot be made durable.
pub fn run(shared: &Shared, mut sink: impl BlockSink, relay: &Relay) {
    while let Some(sealed) = relay.take() {
        if let Err(failure) = make_durable(shared, &mut sink, sealed, relay) {
            shared.fail(failure);
            break;
        }
        shared.handed.ring();
    }
    shared.subscriptions().iter().for_each(|subscription| subscription.close());
}

fn make_durable(
    shared: &Shared,
    sink: &mut impl BlockSink,
    mut sealed: Sealed,
    relay: &Relay,
) -> Result<(), Failure> {
    shared.check()?;
    if let Some(block) = &mut sealed.block {
        sink.write(block)?;
        shared.note_durable(block.next_position);
    }
    note_latencies(shared, &sealed.batches);
    publish(shared, sealed.batches);
    relay.done(sealed.block);
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

fn publish(shared: &Shared, mut batches: Vec<(Batch, Instant)>) {
    let subscriptions = shared.subscriptions();
    if !subscriptions.is_empty() {
        let mut block = Block { last_sequence: shared.durable(), ..Block::default() };
        for (batch, _) in &mut batches {
            block.records.extend_from_slice(&batch.records);
            block.answers.append(&mut batch.answers);
        }
        let block = Arc::new(block);
        for subscription in subscriptions {
            subscription.publish(&block, || shared.is_stopping.load(SeqCst));
        }
    }
    batches.into_iter().for_each(|(batch, _)| shared.recycle(batch.records));
}
