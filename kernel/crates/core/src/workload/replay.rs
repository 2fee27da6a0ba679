//! The workload on the engine's own book.
//!
//! The operations of a batch are known beforehand, so the memory that one of them will need is asked for while
//! the ones before it are applied: first its entry in the index, then the order that is named there, then that
//! order's neighbours. These looks ahead are hints: nothing depends on them.

use cambist_wire::Malformed;

use super::{Operation, Operations, Tally, malformed};
use crate::book::{Book, Node};
use crate::slab::Slab;
use crate::slot_index::{Likely, SlotIndex, hash_of_id};

/// How many operations ahead each look is taken.
const INDEX_AHEAD: usize = 24;
const ORDER_AHEAD: usize = 16;
const NEIGHBOURS_AHEAD: usize = 8;
/// What was seen in one look waits here for the next.
const SEEN: usize = 32;

/// Of the next operations: the hashes of their ids, and where their orders seem to be.
#[derive(Default)]
struct Seen {
    hashes: [u32; SEEN],
    orders: [Likely; SEEN],
}

/// A book to replay operations on.
#[derive(Default)]
pub struct Replay {
    book: Book,
    orders: Slab<Node>,
    index: SlotIndex<u64>,
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
        let mut seen = Seen::default();
        let first_ids = operations.0.iter().map(Operation::id_of).take(INDEX_AHEAD);
        for (place, id) in first_ids.enumerate() {
            seen.hashes[place % SEEN] = hash_of_id(id);
        }
        let last = operations.0.len().saturating_sub(1);
        for (place, bytes) in operations.0.iter().enumerate() {
            let ahead = &operations.0[(place + INDEX_AHEAD).min(last)];
            self.look_ahead(place, Operation::id_of(ahead), &mut seen);
            let (hash, likely) = (seen.hashes[place % SEEN], seen.orders[place % SEEN]);
            let operation = Operation::read(bytes);
            let is_done = if operation.is_cancel {
                self.cancel(hash, likely, operation.id)
            } else {
                operation.is_sound(bytes) && self.add(hash, &operation)
            };
            if !is_done {
                return Err(malformed(place));
            }
            done();
        }
        Ok(())
    }

    #[inline(always)]
    fn look_ahead(&self, place: usize, id: u64, seen: &mut Seen) {
        let hash = hash_of_id(id);
        seen.hashes[(place + INDEX_AHEAD) % SEEN] = hash;
        self.index.prefetch(hash);
        let order = self.index.likely(seen.hashes[(place + ORDER_AHEAD) % SEEN]);
        seen.orders[(place + ORDER_AHEAD) % SEEN] = order;
        self.orders.prefetch(order.slot);
        // A slot that was once named is within the slab, and 0 is as soon as there was any order.
        if let Some(node) = self.orders.get(seen.orders[(place + NEIGHBOURS_AHEAD) % SEEN].slot) {
            let (previous, next) = node.neighbours();
            self.orders.prefetch(previous);
            self.orders.prefetch(next);
        }
    }

    #[inline(always)]
    fn cancel(&mut self, hash: u32, likely: Likely, id: u64) -> bool {
        let orders = &self.orders;
        match self.index.take_likely(likely, hash, &id, |slot| orders[slot].order_id == id) {
            Some(slot) => {
                self.book.unlink(&mut self.orders, slot);
                self.tally.canceled(id, self.orders[slot].leaves);
                self.orders.free(slot);
            }
            None => self.tally.not_open(id),
        }
        true
    }

    /// False where the id is that of a live order.
    #[inline(always)]
    fn add(&mut self, hash: u32, operation: &Operation) -> bool {
        let Operation { id, side, price, .. } = *operation;
        let orders = &self.orders;
        let Some(vacancy) = self.index.vacancy(hash, &id, |slot| orders[slot].order_id) else {
            return false;
        };
        self.tally.accepted(id, operation.qty);
        let is_taker = self.book.would_trade(side, price);
        let leaves = if is_taker { self.trade(operation) } else { operation.qty };
        if leaves > 0 {
            let slot = self.orders.insert(Node::new(id, leaves, false));
            self.index.fill(vacancy, hash, id, slot);
            self.book.push(&mut self.orders, slot, side, price);
        }
        true
    }

    #[inline(never)]
    fn trade(&mut self, operation: &Operation) -> i64 {
        let mut leaves = operation.qty;
        while leaves > 0 {
            let Some((slot, price)) = self.book.first_against(operation.side, operation.price) else {
                break;
            };
            let maker = &self.orders[slot];
            let qty = leaves.min(maker.leaves);
            let maker_id = maker.order_id;
            leaves -= qty;
            if self.book.reduce(&mut self.orders, slot, qty) == 0 {
                self.book.unlink(&mut self.orders, slot);
                self.index.remove(hash_of_id(maker_id), &maker_id, slot);
                self.orders.free(slot);
            }
            self.tally.traded(maker_id, operation.id, price, qty);
        }
        leaves
    }

    /// How many trades so far.
    #[cfg(test)]
    pub fn trades(&self) -> u64 {
        self.tally.trades()
    }

    /// What it came to, the orders left in the book included.
    #[must_use]
    pub fn finish(mut self) -> Tally {
        for (side, price, slot) in self.book.orders(&self.orders) {
            let order = &self.orders[slot];
            self.tally.rests(side as u64, price, order.order_id, order.leaves);
        }
        self.tally
    }
}
