//! An order book of one instrument: ladders of levels, each level a list of resting orders. Hidden orders have
//! ladders of their own, so that what can be seen is found as fast with them as without.

use cambist_wire::Side;

use crate::ladder::{Ladder, NO_RANK, flip_of};
use crate::levels::{Level, Levels};
use crate::slab::{NONE, Slab};

/// Added to a side where its hidden orders are meant.
const HIDDEN: usize = 2;

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
    /// Which of the book's ladders its level is in; before that only whether it is a hidden one.
    ladder: u8,
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
            ladder: if is_hidden { HIDDEN as u8 } else { 0 },
            is_iceberg: false,
            is_instructed: false,
        }
    }

    /// Whether it has been put into a book.
    #[inline(always)]
    pub const fn was_pushed(&self) -> bool {
        self.level != NONE
    }
}

/// Bids and asks of one instrument. The orders themselves lie in one slab for all books.
#[derive(Clone, Debug)]
pub struct Book {
    levels: Levels,
    /// The better of a side's two best ranks.
    best_ranks: [i64; 2],
    /// Displayed bids and asks, then the hidden ones, which come behind the displayed ones of their price.
    ladders: [Ladder; 4],
}

impl Default for Book {
    fn default() -> Self {
        let sides = [(0, Side::Buy), (1, Side::Sell), (2, Side::Buy), (3, Side::Sell)];
        Self {
            levels: Levels::default(),
            best_ranks: [NO_RANK; 2],
            ladders: sides.map(|(number, side)| Ladder::new(number, side)),
        }
    }
}

impl Book {
    /// The best price of a side at which something trades, seen or not.
    #[inline]
    pub fn best(&self, side: Side) -> Option<i64> {
        self.best_ladder(side).best_price()
    }

    /// The best price of a side that can be seen.
    #[inline]
    pub fn best_displayed(&self, side: Side) -> Option<i64> {
        self.ladders[side as usize].best_price()
    }

    /// Whether a taker with this limit trades at all.
    #[inline(always)]
    pub const fn would_trade(&self, taker: Side, limit: i64) -> bool {
        let rank = self.best_ranks[taker.opposite() as usize];
        rank <= limit ^ flip_of(taker.opposite()) && rank != NO_RANK
    }

    /// The best price of a side at which more orders are displayed than are counted there.
    pub fn best_showing_more_than(&self, side: Side, counted: impl Fn(i64) -> u32) -> Option<i64> {
        let slots = self.ladders[side as usize].best_to_worst(&self.levels);
        let mut levels = slots.map(|slot| &self.levels[slot]);
        levels.find(|level| level.count > counted(level.price)).map(|level| level.price)
    }

    /// The order that a taker trades with next, and its price, where its limit allows: on the opposite side.
    #[inline(always)]
    pub fn first_against(&self, taker: Side, limit: i64) -> Option<(u32, i64)> {
        let level = &self.levels[self.best_ladder(taker.opposite()).best_within(limit)?];
        Some((level.first, level.price))
    }

    /// Where the next order in priority is.
    #[inline(always)]
    fn best_ladder(&self, side: Side) -> &Ladder {
        let (displayed, hidden) = (&self.ladders[side as usize], &self.ladders[side as usize + HIDDEN]);
        if hidden.best_rank() < displayed.best_rank() { hidden } else { displayed }
    }

    /// Slots of the displayed orders at a price, oldest first.
    pub fn displayed_at<'a>(
        &'a self,
        orders: &'a Slab<Node>,
        side: Side,
        price: i64,
    ) -> impl Iterator<Item = u32> + 'a {
        let level = self.displayed_level(side, price);
        level.into_iter().flat_map(|level| orders_of(orders, level))
    }

    /// Side and price of an order in this book.
    #[inline]
    pub fn place_of(&self, order: &Node) -> (Side, i64) {
        let side = if usize::from(order.ladder) % HIDDEN == 0 { Side::Buy } else { Side::Sell };
        (side, self.levels[order.level].price)
    }

    /// Total and number of the displayed orders at a price.
    #[inline]
    pub fn level(&self, side: Side, price: i64) -> (i64, u32) {
        self.displayed_level(side, price).map_or((0, 0), |level| (level.qty, level.count))
    }

    #[inline]
    fn displayed_level(&self, side: Side, price: i64) -> Option<&Level> {
        let recent = self.levels.recent(side as u8, price);
        recent.or_else(|| self.ladders[side as usize].at(price)).map(|slot| &self.levels[slot])
    }

    /// Put an order at the end of the level at a price: of the displayed ones, or where it is hidden of all.
    #[inline(always)]
    pub fn push(&mut self, orders: &mut Slab<Node>, slot: u32, side: Side, price: i64) {
        let orders = orders.items_mut();
        let order = &mut orders[slot as usize];
        order.ladder = order.ladder & HIDDEN as u8 | side as u8;
        let level_slot = match self.levels.recent(order.ladder, price) {
            Some(level_slot) => level_slot,
            None => self.slot_for(order.ladder, price),
        };
        let level = &mut self.levels[level_slot];
        let previous = level.last;
        level.last = slot;
        level.qty += order.leaves;
        level.count += 1;
        order.level = level_slot;
        order.previous = previous;
        order.next = NONE;
        if previous == NONE {
            level.first = slot;
        } else {
            orders[previous as usize].next = slot;
        }
    }

    /// The level at a price, made where there is none.
    #[inline(never)]
    fn slot_for(&mut self, ladder: u8, price: i64) -> u32 {
        let slot = self.ladders[usize::from(ladder)].slot_for(&mut self.levels, price);
        self.levels.note(slot);
        self.settle_best(ladder);
        slot
    }

    /// Take an order out, and its level with the last one; gives what was open of it.
    #[inline(always)]
    pub fn unlink(&mut self, orders: &mut Slab<Node>, slot: u32) -> i64 {
        let orders = orders.items_mut();
        let Node { leaves, level: level_slot, next, previous, .. } = orders[slot as usize];
        let level = &mut self.levels[level_slot];
        level.qty -= leaves;
        level.count -= 1;
        if next == NONE {
            level.last = previous;
        } else {
            orders[next as usize].previous = previous;
        }
        if previous == NONE {
            level.first = next;
            if next == NONE {
                self.remove_level(level_slot);
            }
        } else {
            orders[previous as usize].next = next;
        }
        leaves
    }

    #[inline(never)]
    fn remove_level(&mut self, slot: u32) {
        let ladder = self.levels[slot].ladder();
        self.ladders[usize::from(ladder)].remove(&mut self.levels, slot);
        self.settle_best(ladder);
    }

    /// A level of a ladder came or went.
    #[inline]
    fn settle_best(&mut self, ladder: u8) {
        let side = usize::from(ladder) % HIDDEN;
        self.best_ranks[side] = self.ladders[side].best_rank().min(self.ladders[side + HIDDEN].best_rank());
    }

    /// Lower an order's leaves in place; gives what is left.
    #[inline(always)]
    pub fn reduce(&mut self, orders: &mut Slab<Node>, slot: u32, by: i64) -> i64 {
        let order = &mut orders[slot];
        order.leaves -= by;
        self.levels[order.level].qty -= by;
        order.leaves
    }

    /// The order with priority on a side.
    pub fn first(&self, side: Side) -> Option<u32> {
        self.levels(side).next().map(|level| level.first)
    }

    /// A side's levels, best first, at one price the displayed one before the hidden one.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = &Level> {
        let [mut displayed, mut hidden] = [side as usize, side as usize + HIDDEN].map(|index| {
            let (ladder, levels) = (&self.ladders[index], &self.levels);
            let slots = ladder.best_to_worst(levels);
            slots.map(|slot| (ladder.rank_of(levels, slot), &levels[slot])).peekable()
        });
        let levels = std::iter::from_fn(move || match (displayed.peek(), hidden.peek()) {
            (Some((seen, _)), Some((unseen, _))) if unseen < seen => hidden.next(),
            (Some(_), _) => displayed.next(),
            (None, _) => hidden.next(),
        });
        levels.map(|(_, level)| level)
    }

    /// Prices and slots of a side's orders in priority order.
    pub fn in_priority<'a>(
        &'a self,
        orders: &'a Slab<Node>,
        side: Side,
    ) -> impl Iterator<Item = (i64, u32)> + 'a {
        self.levels(side).flat_map(|level| orders_of(orders, level).map(|slot| (level.price, slot)))
    }

    /// Side, price and slot of every order: bids from best to worst, then asks.
    pub fn orders<'a>(&'a self, orders: &'a Slab<Node>) -> impl Iterator<Item = (Side, i64, u32)> + 'a {
        [Side::Buy, Side::Sell].into_iter().flat_map(move |side| {
            self.in_priority(orders, side).map(move |(price, slot)| (side, price, slot))
        })
    }
}

/// Slots of a level's orders, oldest first.
pub fn orders_of<'a>(orders: &'a Slab<Node>, level: &Level) -> impl Iterator<Item = u32> + use<'a> {
    let after = |slot: &u32| Some(orders[*slot].next).filter(|next| *next != NONE);
    std::iter::successors(Some(level.first), after)
}
