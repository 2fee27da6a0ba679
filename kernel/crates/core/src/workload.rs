//! The canonical matching workload: new limit orders and cancels on one book, with no accounts.

use cambist_wire::{MAX_PRICE, Malformed, Side};

mod replay;
mod tally;

pub use replay::Replay;
pub use tally::{Report, Tally};

/// Size of one operation: `op u8 | side u8 | flags u16 | qty u32 | price u64 | id u64`.
pub const OPERATION_BYTES: usize = 24;

/// The value of `op` for a cancel.
const CANCEL: u8 = 1;

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

/// One operation, read.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Take the order out, instead of placing it.
    pub is_cancel: bool,
    /// Which way it trades.
    pub side: Side,
    /// In lots.
    pub qty: i64,
    /// In ticks.
    pub price: i64,
    /// Chosen by whoever sends it: any number.
    pub id: u64,
}

impl Operation {
    #[inline(always)]
    fn read(bytes: &[u8; OPERATION_BYTES]) -> Self {
        let [first, second, _] = words(bytes);
        Self {
            is_cancel: first as u8 == CANCEL,
            side: if (first >> 8) as u8 == 0 { Side::Buy } else { Side::Sell },
            qty: (first >> 32) as i64,
            price: second as i64,
            id: Self::id_of(bytes),
        }
    }

    #[inline(always)]
    fn id_of(bytes: &[u8; OPERATION_BYTES]) -> u64 {
        words(bytes)[2]
    }

    #[inline(always)]
    fn is_sound(&self, bytes: &[u8; OPERATION_BYTES]) -> bool {
        let is_order = bytes[0] == 0 && bytes[1] < 2 && self.qty > 0 && (1..=MAX_PRICE).contains(&self.price);
        self.is_cancel || is_order
    }
}

/// What is said of an operation that cannot be applied.
#[cold]
#[must_use]
pub fn malformed(place: usize) -> Malformed {
    let offset = place * OPERATION_BYTES;
    Malformed { offset, problem: "an operation is not in the format" }
}

/// The operations of a file.
#[derive(Clone, Copy, Debug)]
pub struct Operations<'a>(&'a [[u8; OPERATION_BYTES]]);

impl<'a> Operations<'a> {
    /// Take the bytes of a file: whole operations, each checked when it is applied.
    pub fn parse(data: &'a [u8]) -> Result<Self, Malformed> {
        let (operations, rest) = data.as_chunks::<OPERATION_BYTES>();
        if !rest.is_empty() {
            let offset = data.len() - rest.len();
            return Err(Malformed { offset, problem: "the last operation is cut off" });
        }
        Ok(Self(operations))
    }

    /// How many.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// In the order of the file.
    pub fn iter(self) -> impl Iterator<Item = Result<Operation, Malformed>> {
        self.0.iter().enumerate().map(|(place, bytes)| {
            let operation = Operation::read(bytes);
            if operation.is_sound(bytes) { Ok(operation) } else { Err(malformed(place)) }
        })
    }
}

/// Three words of eight bytes.
#[inline(always)]
fn words(bytes: &[u8; OPERATION_BYTES]) -> [u64; 3] {
    [0, 8, 16].map(|at| u64::from_le_bytes(*bytes[at..].first_chunk().unwrap_or(&[0; 8])))
}
