//! An order book of one instrument: two ladders of levels, each level a list of resting orders.

use cambist_wire::{OrderFlags, Side, TimeInForce};

use crate::ladder::Ladder;
use crate::slab::{NONE, Slab};

/// An order in a book. What its desk knows of it lies elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Resting {
    /// As the sequence of its NewOrder.
    pub order_id: u64,
    /// In ticks.
    pub price: i64,
    /// What is still open, in lots.
    pub leaves: i64,
    /// Total, fills included, in lots.
    pub qty: i64,
    /// 0, or when it expires.
    pub expire_ns: i64,
    next: u32,
    previous: u32,
    level: u32,
    /// Index of its instrument.
    pub instrument: u32,
    /// Index of its account.
    pub account: u32,
    /// Slot of the desk's order, NONE for a member's.
    pub desk: u32,
    /// A member's next newer and older resting order.
    pub newer: u32,
    /// See `newer`.
    pub older: u32,
    /// Which way it trades.
    pub side: Side,
    /// How long it lives.
    pub time_in_force: TimeInForce,
    /// What it asked for.
    pub flags: OrderFlags,
}

impl Resting {
    /// An order that is not in a book yet and belongs to nobody's list.
    pub const fn new(order_id: u64, side: Side, price: i64, leaves: i64) -> Self {
        Self {
            order_id,
            price,
            leaves,
            qty: leaves,
            expire_ns: 0,
            next: NONE,
            previous: NONE,
            level: NONE,
            instrument: 0,
            account: NONE,
            desk: NONE,
            newer: NONE,
            older: NONE,
            side,
            time_in_force: TimeInForce::Gtc,
            flags: OrderFlags::NONE,
        }
    }
}

/// Bids and asks of one instrument. The orders themselves lie in one slab for all books.
#[derive(Clone, Debug)]
pub struct Book {
    ladders: [Ladder; 2],
    /// How many hidden orders each side has.
    hidden_counts: [u32; 2],
}

impl Default for Book {
    fn default() -> Self {
        Self { ladders: [Ladder::new(Side::Buy), Ladder::new(Side::Sell)], hidden_counts: [0; 2] }
    }
}

impl Book {
    /// The best price of a side at which something trades, seen or not.
    #[inline]
    pub fn best(&self, side: Side) -> Option<i64> {
        self.ladders[side as usize].best_price()
    }

    /// The best price of a side that can be seen.
    #[inline]
    pub fn best_displayed(&self, side: Side) -> Option<i64> {
        let ladder = &self.ladders[side as usize];
        if self.hidden_counts[side as usize] == 0 {
            return ladder.best_price();
        }
        let mut levels = ladder.best_to_worst().map(|slot| ladder.level(slot));
        levels.find(|level| level.count > 0).map(|level| level.price)
    }

    /// The order that a taker trades with next, where its limit allows: on the opposite side.
    #[inline]
    pub fn first_against(&self, taker: Side, limit: i64) -> Option<u32> {
        self.ladders[taker.opposite() as usize].best_within(limit).map(|level| level.first)
    }

    /// Total and number of the displayed orders at a price.
    #[inline]
    pub fn level(&self, side: Side, price: i64) -> (i64, u32) {
        self.ladders[side as usize].at(price).map_or((0, 0), |level| (level.qty, level.count))
    }

    /// Put an order at the end of its level: of the displayed ones, or where it is hidden of all.
    #[inline]
    pub fn push(&mut self, orders: &mut Slab<Resting>, slot: u32) {
        let order = orders[slot];
        let ladder = &mut self.ladders[order.side as usize];
        let level_slot = ladder.slot_for(order.price);
        let level = ladder.level_mut(level_slot);
        let (previous, next) = if order.flags.hidden() {
            self.hidden_counts[order.side as usize] += 1;
            if level.hidden == NONE {
                level.hidden = slot;
            }
            (level.last, NONE)
        } else {
            level.qty += order.leaves;
            level.count += 1;
            match level.hidden {
                NONE => (level.last, NONE),
                hidden => (orders[hidden].previous, hidden),
            }
        };
        if next == NONE {
            level.last = slot;
        } else {
            orders[next].previous = slot;
        }
        if previous == NONE {
            level.first = slot;
        } else {
            orders[previous].next = slot;
        }
        let order = &mut orders[slot];
        order.level = level_slot;
        order.previous = previous;
        order.next = next;
    }

    /// Take an order out, and its level with the last one.
    #[inline]
    pub fn unlink(&mut self, orders: &mut Slab<Resting>, slot: u32) {
        let Resting { side, flags, leaves, level: level_slot, next, previous, .. } = orders[slot];
        if next != NONE {
            orders[next].previous = previous;
        }
        if previous != NONE {
            orders[previous].next = next;
        }
        let ladder = &mut self.ladders[side as usize];
        let level = ladder.level_mut(level_slot);
        if flags.hidden() {
            self.hidden_counts[side as usize] -= 1;
            if level.hidden == slot {
                level.hidden = next;
            }
        } else {
            level.qty -= leaves;
            level.count -= 1;
        }
        if previous == NONE {
            level.first = next;
        }
        if next == NONE {
            level.last = previous;
        }
        if level.first == NONE {
            ladder.remove(level_slot);
        }
    }

    /// Lower an order's leaves in place; gives what is left.
    #[inline]
    pub fn reduce(&mut self, orders: &mut Slab<Resting>, slot: u32, by: i64) -> i64 {
        let order = &mut orders[slot];
        order.leaves -= by;
        if !order.flags.hidden() {
            self.ladders[order.side as usize].level_mut(order.level).qty -= by;
        }
        order.leaves
    }

    /// Slots of a side's orders in priority order.
    pub fn in_priority<'a>(
        &'a self,
        orders: &'a Slab<Resting>,
        side: Side,
    ) -> impl Iterator<Item = u32> + 'a {
        let ladder = &self.ladders[side as usize];
        ladder.best_to_worst().flat_map(move |level| {
            let first = ladder.level(level).first;
            std::iter::successors(Some(first), |slot| Some(orders[*slot].next).filter(|next| *next != NONE))
        })
    }
}
