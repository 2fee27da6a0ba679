//! An order book of one instrument: two ladders of levels, each level a list of resting orders.

use cambist_wire::Side;

use crate::ladder::Ladder;
use crate::slab::{NONE, Slab};

/// An order in a book: what matching and cancelling read, in half a cache line. What else its owner knows of
/// it lies elsewhere.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub struct Node {
    /// Chosen by the owner of the book.
    pub order_id: u64,
    /// What is still open, in lots.
    pub leaves: i64,
    next: u32,
    previous: u32,
    level: u32,
    side: Side,
    is_hidden: bool,
    /// `leaves` is a slice; more is held back elsewhere.
    pub is_iceberg: bool,
    /// It asked more than a plain order.
    pub is_instructed: bool,
}

impl Node {
    /// An order that is not in a book yet.
    #[inline(always)]
    pub const fn new(order_id: u64, leaves: i64, is_hidden: bool) -> Self {
        Self {
            order_id,
            leaves,
            next: NONE,
            previous: NONE,
            level: NONE,
            side: Side::Buy,
            is_hidden,
            is_iceberg: false,
            is_instructed: false,
        }
    }

    /// Slots of the orders before and behind it at its price.
    #[inline(always)]
    pub const fn neighbours(&self) -> (u32, u32) {
        (self.previous, self.next)
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

    /// The order that a taker trades with next, and its price, where its limit allows: on the opposite side.
    #[inline]
    pub fn first_against(&self, taker: Side, limit: i64) -> Option<(u32, i64)> {
        self.ladders[taker.opposite() as usize].best_within(limit).map(|level| (level.first, level.price))
    }

    /// Slots of the displayed orders at a price, oldest first.
    pub fn displayed_at<'a>(
        &'a self,
        orders: &'a Slab<Node>,
        side: Side,
        price: i64,
    ) -> impl Iterator<Item = u32> + 'a {
        let first = self.ladders[side as usize].at(price).map(|level| level.first);
        let after = |slot: &u32| Some(orders[*slot].next).filter(|next| *next != NONE);
        std::iter::successors(first, after).take_while(|slot| !orders[*slot].is_hidden)
    }

    /// Total and number of the displayed orders at a price.
    #[inline]
    pub fn level(&self, side: Side, price: i64) -> (i64, u32) {
        self.ladders[side as usize].at(price).map_or((0, 0), |level| (level.qty, level.count))
    }

    /// Put an order at the end of the level at a price: of the displayed ones, or where it is hidden of all.
    #[inline]
    pub fn push(&mut self, orders: &mut Slab<Node>, slot: u32, side: Side, price: i64) {
        let Node { leaves, is_hidden, .. } = orders[slot];
        let ladder = &mut self.ladders[side as usize];
        let level_slot = ladder.slot_for(price);
        let level = ladder.level_mut(level_slot);
        let (previous, next) = if is_hidden {
            self.hidden_counts[side as usize] += 1;
            if level.hidden == NONE {
                level.hidden = slot;
            }
            (level.last, NONE)
        } else {
            level.qty += leaves;
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
        order.side = side;
        order.previous = previous;
        order.next = next;
    }

    /// Take an order out, and its level with the last one.
    #[inline(always)]
    pub fn unlink(&mut self, orders: &mut Slab<Node>, slot: u32) {
        let Node { side, is_hidden, leaves, level: level_slot, next, previous, .. } = orders[slot];
        if next != NONE {
            orders[next].previous = previous;
        }
        if previous != NONE {
            orders[previous].next = next;
        }
        let ladder = &mut self.ladders[side as usize];
        let level = ladder.level_mut(level_slot);
        if is_hidden {
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
    pub fn reduce(&mut self, orders: &mut Slab<Node>, slot: u32, by: i64) -> i64 {
        let order = &mut orders[slot];
        order.leaves -= by;
        if !order.is_hidden {
            self.ladders[order.side as usize].level_mut(order.level).qty -= by;
        }
        order.leaves
    }

    /// Prices and slots of a side's orders in priority order.
    pub fn in_priority<'a>(
        &'a self,
        orders: &'a Slab<Node>,
        side: Side,
    ) -> impl Iterator<Item = (i64, u32)> + 'a {
        let ladder = &self.ladders[side as usize];
        ladder.best_to_worst().flat_map(move |level| {
            let level = ladder.level(level);
            let after = |slot: &u32| Some(orders[*slot].next).filter(|next| *next != NONE);
            std::iter::successors(Some(level.first), after).map(|slot| (level.price, slot))
        })
    }

    /// Side, price and slot of every order: bids from best to worst, then asks.
    pub fn orders<'a>(&'a self, orders: &'a Slab<Node>) -> impl Iterator<Item = (Side, i64, u32)> + 'a {
        [Side::Buy, Side::Sell].into_iter().flat_map(move |side| {
            self.in_priority(orders, side).map(move |(price, slot)| (side, price, slot))
        })
    }
}
