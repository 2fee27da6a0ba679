//! The workload on the engine's own book.
//!
//! The operations of a batch are known beforehand, so the memory that one of them will need is asked for while
//! the ones before it are applied: first its entry in the index, then the order that is named there. These looks
//! ahead are hints: nothing depends on them.

use cambist_wire::Malformed;

use super::{OPERATION_BYTES, Operation, Operations, Tally, malformed};
use crate::matching_book::{LimitOrder, MatchingBook};
use crate::processor::prefetch;
use crate::slot_index::{Likely, hash_of_id};

/// How many operations ahead the entry and the order are looked for. What was seen waits until its turn comes.
const INDEX_AHEAD: usize = 16;
const ORDER_AHEAD: usize = 8;

/// How many bytes ahead the operations themselves are asked for.
const READ_AHEAD: usize = 2_048;

/// Of an operation ahead: the hash of its id, and where its order seems to be.
#[derive(Clone, Copy, Default)]
#[repr(align(16))]
struct Seen {
    hash: u32,
    order: Likely,
}

/// A book to replay operations on.
#[derive(Default)]
pub struct Replay {
    book: MatchingBook,
    tally: Tally,
}

impl Replay {
    /// An empty book whose reports go where `tally` says.
    #[must_use]
    pub fn new(tally: Tally) -> Self {
        Self { tally, ..Self::default() }
    }

    /// Apply every operation; this is what benchmarks time. The id of a live order is refused.
    /// `done` is called after each one.
    pub fn run(&mut self, operations: Operations<'_>, mut done: impl FnMut()) -> Result<(), Malformed> {
        let mut seen = [Seen::default(); INDEX_AHEAD];
        for (seen, bytes) in seen.iter_mut().zip(operations.0) {
            seen.hash = hash_of_id(Operation::id_of(bytes));
        }
        for (place, bytes) in operations.0.iter().enumerate() {
            prefetch(bytes.as_ptr().wrapping_add(READ_AHEAD));
            let Seen { hash, order } = seen[place % INDEX_AHEAD];
            if let Some(ahead) = operations.0.get(place + INDEX_AHEAD) {
                let hash = hash_of_id(Operation::id_of(ahead));
                self.book.prefetch_entry(hash);
                seen[place % INDEX_AHEAD].hash = hash;
            }
            let next = &mut seen[(place + ORDER_AHEAD) % INDEX_AHEAD];
            next.order = self.book.prefetch_order(next.hash);
            if !self.apply(bytes, hash, order) {
                return Err(malformed(place));
            }
            done();
        }
        Ok(())
    }

    #[inline(always)]
    fn apply(&mut self, bytes: &[u8; OPERATION_BYTES], hash: u32, likely: Likely) -> bool {
        let operation = Operation::read(bytes);
        if operation.is_cancel {
            self.cancel(hash, likely, operation.id);
            return true;
        }
        operation.is_sound(bytes) && self.add(hash, &operation)
    }

    #[inline(always)]
    fn cancel(&mut self, hash: u32, likely: Likely, id: u64) {
        match self.book.cancel_hashed(hash, likely, id) {
            Some(leaves) => self.tally.canceled(id, leaves),
            None => self.tally.not_open(id),
        }
    }

    /// False where the id is that of a live order.
    #[inline(always)]
    fn add(&mut self, hash: u32, operation: &Operation) -> bool {
        let Operation { id, side, price, qty, .. } = *operation;
        let Self { book, tally } = self;
        tally.accepted(id, qty);
        let order = LimitOrder { id, side, price, qty };
        book.limit_hashed(hash, &order, |fill| tally.traded(fill.maker_id, id, fill.price, fill.qty))
            .is_some()
    }

    /// How many trades so far.
    #[cfg(test)]
    pub fn trades(&self) -> u64 {
        self.tally.trades()
    }

    /// What it came to, the orders left in the book included.
    #[must_use]
    pub fn finish(mut self) -> Tally {
        for order in self.book.orders() {
            self.tally.rests(order.side as u64, order.price, order.id, order.qty);
        }
        self.tally
    }
}
