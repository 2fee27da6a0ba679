//! The canonical matching workload: new limit orders and cancels on one book, with no accounts.

use cambist_wire::{Malformed, Side};

use crate::book::{Book, Resting};
use crate::slab::Slab;
use crate::slot_index::SlotIndex;

/// Size of one operation: `op u8 | side u8 | flags u16 | qty u32 | price u32 | pad u32 | id u64`.
pub const OPERATION_BYTES: usize = 24;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// What a replay gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Number of trades.
    pub trades: u64,
    /// Sum of their quantities.
    pub volume: u64,
    /// Sum of quantity times price.
    pub notional: u128,
    /// Cancels of orders that were not there.
    pub missed_cancels: u64,
    /// Orders left in the book.
    pub resting: u64,
    /// FNV-1a over (maker, taker, price, qty) of each trade.
    pub trades_fnv: u64,
    /// FNV-1a over (side, price, id, leaves) of each resting order.
    pub book_fnv: u64,
}

/// FNV-1a over whole 64-bit words.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Fnv {
    #[inline(always)]
    fn add(&mut self, words: [u64; 4]) {
        for word in words {
            self.0 = (self.0 ^ word).wrapping_mul(FNV_PRIME);
        }
    }
}

struct Operation {
    is_cancel: bool,
    side: Side,
    qty: i64,
    price: i64,
    id: u64,
}

impl Operation {
    #[inline(always)]
    fn read(bytes: &[u8; OPERATION_BYTES]) -> Self {
        let half = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self {
            is_cancel: bytes[0] == 1,
            side: if bytes[1] == 0 { Side::Buy } else { Side::Sell },
            qty: i64::from(half(4)),
            price: i64::from(half(8)),
            id: u64::from(half(16)) | u64::from(half(20)) << 32,
        }
    }

    fn is_sound(&self, bytes: &[u8; OPERATION_BYTES]) -> bool {
        let is_order = bytes[0] == 0 && bytes[1] < 2 && self.qty > 0 && self.price > 0;
        self.is_cancel || is_order
    }
}

fn malformed(place: usize) -> Malformed {
    let offset = place * OPERATION_BYTES;
    Malformed { offset, problem: "an operation is not in the format" }
}

/// The operations of a file, found sound.
#[derive(Clone, Copy, Debug)]
pub struct Operations<'a>(&'a [[u8; OPERATION_BYTES]]);

impl<'a> Operations<'a> {
    /// Check the bytes of a file.
    pub fn parse(data: &'a [u8]) -> Result<Self, Malformed> {
        let (operations, rest) = data.as_chunks::<OPERATION_BYTES>();
        if !rest.is_empty() {
            let offset = data.len() - rest.len();
            return Err(Malformed { offset, problem: "the last operation is cut off" });
        }
        if let Some(place) = operations.iter().position(|bytes| !Operation::read(bytes).is_sound(bytes)) {
            return Err(malformed(place));
        }
        Ok(Self(operations))
    }
}

/// A book to replay operations on.
pub struct Replay {
    book: Book,
    orders: Slab<Resting>,
    index: SlotIndex,
    outcome: Outcome,
    trades: Fnv,
}

impl Default for Replay {
    fn default() -> Self {
        Self {
            book: Book::default(),
            orders: Slab::default(),
            index: SlotIndex::default(),
            outcome: Outcome::default(),
            trades: Fnv(FNV_OFFSET),
        }
    }
}

impl Replay {
    /// Apply every operation; this is what benchmarks time. The id of a live order is refused.
    pub fn run(&mut self, operations: Operations<'_>) -> Result<(), Malformed> {
        let mut last_id = 0;
        for (place, bytes) in operations.0.iter().enumerate() {
            let operation = Operation::read(bytes);
            if operation.is_cancel {
                self.cancel(operation.id);
                continue;
            }
            // Ids grow in a file as it should be, and only others need a look.
            if operation.id <= last_id && self.find(operation.id).is_some() {
                return Err(malformed(place));
            }
            last_id = last_id.max(operation.id);
            self.add(&operation);
        }
        Ok(())
    }

    #[inline]
    fn find(&self, id: u64) -> Option<u32> {
        self.index.find(id as u32, |slot| self.orders[slot].order_id == id)
    }

    #[inline]
    fn cancel(&mut self, id: u64) {
        match self.find(id) {
            Some(slot) => self.remove(slot),
            None => self.outcome.missed_cancels += 1,
        }
    }

    #[inline]
    fn remove(&mut self, slot: u32) {
        self.book.unlink(&mut self.orders, slot);
        self.index.remove(self.orders[slot].order_id as u32, slot);
        self.orders.free(slot);
    }

    #[inline]
    fn add(&mut self, operation: &Operation) {
        let mut leaves = operation.qty;
        while leaves > 0 {
            let Some(slot) = self.book.first_against(operation.side, operation.price) else {
                break;
            };
            let maker = &self.orders[slot];
            let qty = leaves.min(maker.leaves);
            let (maker_id, price) = (maker.order_id, maker.price);
            leaves -= qty;
            if self.book.reduce(&mut self.orders, slot, qty) == 0 {
                self.remove(slot);
            }
            self.trades.add([maker_id, operation.id, price as u64, qty as u64]);
            self.outcome.trades += 1;
            self.outcome.volume += qty as u64;
            self.outcome.notional += qty as u128 * price as u128;
        }
        if leaves > 0 {
            let order = Resting::new(operation.id, operation.side, operation.price, leaves);
            let slot = self.orders.insert(order);
            self.index.insert(operation.id as u32, slot);
            self.book.push(&mut self.orders, slot);
        }
    }

    /// Counts and hashes, those of the resting orders included.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        let mut hash = Fnv(FNV_OFFSET);
        for side in [Side::Buy, Side::Sell] {
            for slot in self.book.in_priority(&self.orders, side) {
                let order = &self.orders[slot];
                hash.add([side as u64, order.price as u64, order.order_id, order.leaves as u64]);
                self.outcome.resting += 1;
            }
        }
        self.outcome.trades_fnv = self.trades.0;
        self.outcome.book_fnv = hash.0;
        self.outcome
    }
}
