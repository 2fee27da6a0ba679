//! Deadlines of resting GTD orders, earliest first. Ended orders are left in and skipped.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A heap of (deadline, order_id).
#[derive(Clone, Debug, Default)]
pub struct Expiries {
    heap: BinaryHeap<Reverse<(i64, u64)>>,
    ended: usize,
}

impl Expiries {
    /// Arm an order's timer.
    pub fn arm(&mut self, deadline_ns: i64, order_id: u64) {
        self.heap.push(Reverse((deadline_ns, order_id)));
    }

    /// The earliest timer, of a living order or not.
    #[inline]
    pub fn first(&self) -> Option<(i64, u64)> {
        self.heap.peek().map(|first| first.0)
    }

    /// Take the earliest timer out; say whether its order had ended before.
    pub fn pop(&mut self, had_ended: bool) {
        self.heap.pop();
        self.ended -= usize::from(had_ended && self.ended > 0);
    }

    /// An order with a timer has ended; once most have, sweep those for which `lives` is false.
    pub fn note_end(&mut self, lives: impl Fn(u64) -> bool) {
        self.ended += 1;
        if self.ended > 64 && self.ended * 2 > self.heap.len() {
            self.heap.retain(|timer| lives(timer.0.1));
            self.ended = 0;
        }
    }
}
