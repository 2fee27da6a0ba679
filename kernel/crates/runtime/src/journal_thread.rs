//! The thread that packs: what is handed over goes into the next block at once, and the block to the disk's thread as
//! soon as that is free. So packing and hashing go on while the block before is being synced.

use std::time::Instant;

use cambist_journal::{AppendError, BlockBuilder};

use crate::failure::Failure;
use crate::relay::{Relay, Sealed};
use crate::shared::{Batch, Shared};

/// About so much goes into one block.
const BLOCK_BYTES: usize = 16 << 20;

/// Work until no more batches come, or something failed.
pub fn run(shared: &Shared, mut builder: BlockBuilder, relay: &Relay) {
    let mut packed = Vec::new();
    loop {
        let seen = shared.handed.rings();
        let room = BLOCK_BYTES.saturating_sub(builder.pending_bytes());
        let (taken, is_over) = shared.take_batches(room);
        let has_taken = !taken.is_empty();
        if let Err(failure) = pack(&mut builder, taken, &mut packed) {
            shared.fail(failure);
        }
        if shared.check().is_err() || (is_over && packed.is_empty()) {
            break;
        }
        if relay.is_free() && !packed.is_empty() {
            relay.put(Sealed { block: builder.seal(), batches: std::mem::take(&mut packed) });
            relay.spare().into_iter().for_each(|block| builder.recycle(block));
        } else if !has_taken {
            shared.handed.wait(seen, None);
        }
    }
    relay.close();
}

fn pack(
    builder: &mut BlockBuilder,
    taken: Vec<(Batch, Instant)>,
    packed: &mut Vec<(Batch, Instant)>,
) -> Result<(), Failure> {
    for batch in taken {
        builder.append(&batch.0.records).map_err(|error| match error {
            AppendError::Broken(broken) => Failure::Broken(broken.to_string()),
            AppendError::TooLarge => Failure::Broken("more than a gibibyte waits for one commit".to_owned()),
        })?;
        packed.push(batch);
    }
    Ok(())
}
