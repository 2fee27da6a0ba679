//! What a replay writes and counts while it runs: a report for everything that happens, hashes and sums.

use super::Outcome;
use crate::processor::prefetch;

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// Kinds of reports, in the lowest byte of their first word. The quantity is in the bits above.
const ACCEPTED: u64 = 1;
const TRADED: u64 = 2;
const CANCELED: u64 = 3;
const NOT_OPEN: u64 = 4;
const QTY_SHIFT: u32 = 8;

/// How many reports ahead their memory is asked for: it was left long ago, and a processor writes in order, so that
/// whatever is to be written next would wait for it.
const WRITTEN_AHEAD: usize = 64;

/// Two words; a trade takes two of them.
pub type Report = [u64; 2];

/// FNV-1a over whole 64-bit words.
#[derive(Clone, Copy, Debug)]
struct Fnv(u64);

impl Fnv {
    #[inline(always)]
    fn add(&mut self, words: [u64; 4]) {
        for word in words {
            self.0 = (self.0 ^ word).wrapping_mul(FNV_PRIME);
        }
    }
}

/// Reports, and the outcome so far. Any engine can be measured with it.
#[derive(Clone, Debug)]
pub struct Tally {
    reports: Vec<Report>,
    outcome: Outcome,
    trades: Fnv,
    book: Fnv,
}

impl Default for Tally {
    fn default() -> Self {
        Self::reusing(Vec::new())
    }
}

impl Tally {
    /// Start anew in the memory of earlier reports.
    #[must_use]
    pub fn reusing(mut reports: Vec<Report>) -> Self {
        reports.clear();
        Self { reports, outcome: Outcome::default(), trades: Fnv(FNV_OFFSET), book: Fnv(FNV_OFFSET) }
    }

    #[inline(always)]
    fn report(&mut self, report: Report) {
        prefetch(self.reports.as_ptr().wrapping_add(self.reports.len() + WRITTEN_AHEAD));
        self.reports.push(report);
    }

    /// An order was taken: `[kind | qty << 8, id]`.
    #[inline(always)]
    pub fn accepted(&mut self, id: u64, qty: i64) {
        self.report([ACCEPTED | (qty as u64) << QTY_SHIFT, id]);
    }

    /// A trade: `[kind | qty << 8, taker, maker, price]`.
    #[inline(always)]
    pub fn traded(&mut self, maker: u64, taker: u64, price: i64, qty: i64) {
        self.report([TRADED | (qty as u64) << QTY_SHIFT, taker]);
        self.report([maker, price as u64]);
        self.trades.add([maker, taker, price as u64, qty as u64]);
        self.outcome.trades += 1;
        self.outcome.volume += qty as u64;
        self.outcome.notional += u128::from(qty as u64) * u128::from(price as u64);
    }

    /// An order was canceled: `[kind | open qty << 8, id]`.
    #[inline(always)]
    pub fn canceled(&mut self, id: u64, leaves: i64) {
        self.report([CANCELED | (leaves as u64) << QTY_SHIFT, id]);
    }

    /// There was nothing to cancel: `[kind, id]`.
    #[inline(always)]
    pub fn not_open(&mut self, id: u64) {
        self.report([NOT_OPEN, id]);
        self.outcome.missed_cancels += 1;
    }

    /// An order left in the book, bids best to worst, then asks.
    pub fn rests(&mut self, side: u64, price: i64, id: u64, leaves: i64) {
        self.book.add([side, price as u64, id, leaves as u64]);
        self.outcome.resting += 1;
    }

    /// How many trades so far.
    #[cfg(test)]
    pub fn trades(&self) -> u64 {
        self.outcome.trades
    }

    /// Counts and hashes, and the reports.
    #[must_use]
    pub fn finish(mut self) -> (Outcome, Vec<Report>) {
        self.outcome.trades_fnv = self.trades.0;
        self.outcome.book_fnv = self.book.0;
        (self.outcome, self.reports)
    }
}
