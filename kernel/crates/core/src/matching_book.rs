//! One book with its orders and their ids, and nothing around it: no accounts, no gate, no venue. The canonical
//! workload and users who bring their own risk drive it; the engine has the same books inside.

use cambist_wire::{MAX_PRICE, Side};

use crate::book::{Book, Node};
use crate::slab::Slab;
use crate::slot_index::{Likely, SlotIndex, hash_of_id};

/// A trade of the order that comes in with one that rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The order that rested.
    pub maker_id: u64,
    /// The maker's, in ticks.
    pub price: i64,
    /// In lots.
    pub qty: i64,
}

/// A LIMIT order that stays until it is canceled. Price and quantity are positive.
#[derive(Clone, Copy, Debug)]
pub struct LimitOrder {
    /// Chosen by the owner of the book: any number.
    pub id: u64,
    /// Which way it trades.
    pub side: Side,
    /// In ticks.
    pub price: i64,
    /// In lots.
    pub qty: i64,
}

/// Price-time priority among plain orders.
#[derive(Clone, Debug, Default)]
pub struct MatchingBook {
    book: Book,
    orders: Slab<Node>,
    index: SlotIndex<u64>,
}

impl MatchingBook {
    /// Trade, and let the rest of it rest; gives that rest. None where its id is that of a live order.
    #[inline]
    pub fn limit(&mut self, order: &LimitOrder, filled: impl FnMut(Fill)) -> Option<i64> {
        self.limit_hashed(hash_of_id(order.id), order, filled)
    }

    /// Trade at any price; gives what found nobody.
    #[inline]
    pub fn market(&mut self, side: Side, qty: i64, filled: impl FnMut(Fill)) -> i64 {
        let worst_price = if side == Side::Buy { MAX_PRICE } else { 1 };
        self.trade(side, worst_price, qty, filled)
    }

    /// Take an order out; gives what was open of it.
    #[inline]
    pub fn cancel(&mut self, id: u64) -> Option<i64> {
        let (hash, orders) = (hash_of_id(id), &self.orders);
        let slot = self.index.take(hash, &id, |slot| orders[slot].order_id == id)?;
        Some(self.remove(slot))
    }

    /// Another price and open quantity: less at the same price keeps its priority, all else comes in anew.
    /// None where there is no such order.
    pub fn replace(&mut self, id: u64, price: i64, qty: i64, filled: impl FnMut(Fill)) -> Option<i64> {
        let orders = &self.orders;
        let slot = self.index.find(hash_of_id(id), &id, |slot| orders[slot].order_id == id)?;
        let (side, former_price) = self.book.place_of(&orders[slot]);
        let leaves = orders[slot].leaves;
        if price == former_price && qty <= leaves {
            return Some(self.book.reduce(&mut self.orders, slot, leaves - qty));
        }
        self.cancel(id)?;
        self.limit(&LimitOrder { id, side, price, qty }, filled)
    }

    /// The best price of a side.
    #[inline]
    pub fn best(&self, side: Side) -> Option<i64> {
        self.book.best(side)
    }

    /// Total and number of the orders at a price.
    #[inline]
    pub fn level(&self, side: Side, price: i64) -> (i64, u32) {
        self.book.level(side, price)
    }

    /// Bids from best to worst, then asks, at one price the oldest first; each with what is open of it.
    pub fn orders(&self) -> impl Iterator<Item = LimitOrder> + '_ {
        self.book.orders(&self.orders).map(|(side, price, slot)| {
            let order = &self.orders[slot];
            LimitOrder { id: order.order_id, side, price, qty: order.leaves }
        })
    }

    /// An id will be needed soon.
    #[inline(always)]
    pub(crate) fn prefetch_entry(&self, hash: u32) {
        self.index.prefetch(hash);
    }

    /// Where an order seems to be that will be needed soon.
    #[inline(always)]
    pub(crate) fn prefetch_order(&self, hash: u32) -> Likely {
        let likely = self.index.likely(hash);
        self.orders.prefetch(likely.slot);
        likely
    }

    /// As `limit`, for an id whose hash is known.
    #[inline(always)]
    pub(crate) fn limit_hashed(
        &mut self,
        hash: u32,
        order: &LimitOrder,
        filled: impl FnMut(Fill),
    ) -> Option<i64> {
        let LimitOrder { id, side, price, qty } = *order;
        if self.book.would_trade(side, price) {
            return self.take(hash, *order, filled);
        }
        let slot = self.orders.insert(Node::new(id, qty, false));
        let orders = &self.orders;
        if !self.index.enter(hash, &id, slot, |slot| orders[slot].order_id) {
            self.orders.free(slot);
            return None;
        }
        self.book.push(&mut self.orders, slot, side, price);
        Some(qty)
    }

    /// As `cancel`, for an id whose hash is known, and perhaps where its order is.
    #[inline(always)]
    pub(crate) fn cancel_hashed(&mut self, hash: u32, likely: Likely, id: u64) -> Option<i64> {
        let orders = &self.orders;
        let slot = self.index.take_likely(likely, hash, &id, |slot| orders[slot].order_id == id)?;
        Some(self.remove(slot))
    }

    /// An order that trades when it comes in.
    #[inline(never)]
    fn take(&mut self, hash: u32, order: LimitOrder, filled: impl FnMut(Fill)) -> Option<i64> {
        let LimitOrder { id, side, price, qty } = order;
        let orders = &self.orders;
        if self.index.find(hash, &id, |slot| orders[slot].order_id == id).is_some() {
            return None;
        }
        let leaves = self.trade(side, price, qty, filled);
        if leaves > 0 {
            let slot = self.orders.insert(Node::new(id, leaves, false));
            let orders = &self.orders;
            self.index.insert(hash, id, slot, |slot| orders[slot].order_id);
            self.book.push(&mut self.orders, slot, side, price);
        }
        Some(leaves)
    }

    fn trade(&mut self, side: Side, price: i64, qty: i64, mut filled: impl FnMut(Fill)) -> i64 {
        let mut leaves = qty;
        while leaves > 0 {
            let Some((slot, price)) = self.book.first_against(side, price) else { break };
            let maker = &self.orders[slot];
            let (maker_id, maker_leaves) = (maker.order_id, maker.leaves);
            let qty = leaves.min(maker_leaves);
            leaves -= qty;
            if qty == maker_leaves {
                self.remove(slot);
                self.index.remove(hash_of_id(maker_id), &maker_id, slot);
            } else {
                self.book.reduce(&mut self.orders, slot, qty);
            }
            filled(Fill { maker_id, price, qty });
        }
        leaves
    }

    /// An order that the index knows no longer, or will not.
    #[inline(always)]
    fn remove(&mut self, slot: u32) -> i64 {
        let leaves = self.book.unlink(&mut self.orders, slot);
        self.orders.free(slot);
        leaves
    }
}
