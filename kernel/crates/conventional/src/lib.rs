//! A matching engine as they are usually built: an ordered map of price levels, orders in a slab linked into a
//! list per level, a fast hash map from ids to orders. Benchmarks measure ours against it, on the same operations,
//! with the same reports and the same hashes.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use cambist_core::workload::{Operation, Operations, Tally, malformed};
use cambist_wire::{Malformed, Side};
use rustc_hash::FxHashMap;

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Order {
    id: u64,
    price: i64,
    leaves: i64,
    next: u32,
    previous: u32,
    level: u32,
    side: Side,
}

#[derive(Clone, Copy)]
struct Level {
    qty: i64,
    first: u32,
    last: u32,
}

/// Values in stable slots.
struct Slab<T> {
    items: Vec<T>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    const fn new() -> Self {
        Self { items: Vec::new(), free: Vec::new() }
    }

    fn insert(&mut self, item: T) -> u32 {
        match self.free.pop() {
            Some(slot) => {
                self.items[slot as usize] = item;
                slot
            }
            None => {
                self.items.push(item);
                self.items.len() as u32 - 1
            }
        }
    }
}

/// One book.
pub struct ConventionalEngine {
    sides: [BTreeMap<i64, u32>; 2],
    levels: Slab<Level>,
    orders: Slab<Order>,
    ids: FxHashMap<u64, u32>,
    tally: Tally,
}

impl ConventionalEngine {
    /// An empty book whose reports go where `tally` says.
    #[must_use]
    pub fn new(tally: Tally) -> Self {
        Self {
            sides: [BTreeMap::new(), BTreeMap::new()],
            levels: Slab::new(),
            orders: Slab::new(),
            ids: FxHashMap::default(),
            tally,
        }
    }

    /// Apply every operation. The id of a live order is refused.
    pub fn run(&mut self, operations: Operations<'_>) -> Result<(), Malformed> {
        for (place, operation) in operations.iter().enumerate() {
            let operation = operation?;
            if operation.is_cancel {
                self.cancel(operation.id);
            } else if !self.add(&operation) {
                return Err(malformed(place));
            }
        }
        Ok(())
    }

    fn cancel(&mut self, id: u64) {
        match self.ids.remove(&id) {
            Some(slot) => {
                self.tally.canceled(id, self.orders.items[slot as usize].leaves);
                self.unlink(slot);
            }
            None => self.tally.not_open(id),
        }
    }

    fn unlink(&mut self, slot: u32) {
        let Order { price, leaves, next, previous, level, side, .. } = self.orders.items[slot as usize];
        let orders = &mut self.orders.items;
        let list = &mut self.levels.items[level as usize];
        list.qty -= leaves;
        match previous {
            NONE => list.first = next,
            _ => orders[previous as usize].next = next,
        }
        match next {
            NONE => list.last = previous,
            _ => orders[next as usize].previous = previous,
        }
        if list.first == NONE {
            self.sides[side as usize].remove(&price);
            self.levels.free.push(level);
        }
        self.orders.free.push(slot);
    }

    fn add(&mut self, operation: &Operation) -> bool {
        if self.ids.contains_key(&operation.id) {
            return false;
        }
        self.tally.accepted(operation.id, operation.qty);
        let leaves = self.trade(operation);
        if leaves > 0 {
            self.rest(operation, leaves);
        }
        true
    }

    fn best_against(&self, operation: &Operation) -> Option<(i64, u32)> {
        let found = match operation.side {
            Side::Buy => self.sides[Side::Sell as usize].first_key_value(),
            Side::Sell => self.sides[Side::Buy as usize].last_key_value(),
        };
        found.map(|(price, level)| (*price, *level)).filter(|(price, _)| match operation.side {
            Side::Buy => *price <= operation.price,
            Side::Sell => *price >= operation.price,
        })
    }

    fn trade(&mut self, operation: &Operation) -> i64 {
        let mut leaves = operation.qty;
        while leaves > 0 {
            let Some((price, level)) = self.best_against(operation) else { break };
            while leaves > 0 {
                let slot = self.levels.items[level as usize].first;
                let maker = &mut self.orders.items[slot as usize];
                let (maker_id, qty) = (maker.id, leaves.min(maker.leaves));
                leaves -= qty;
                maker.leaves -= qty;
                let (is_filled, is_last) = (maker.leaves == 0, maker.next == NONE);
                self.levels.items[level as usize].qty -= qty;
                self.tally.traded(maker_id, operation.id, price, qty);
                if is_filled {
                    self.ids.remove(&maker_id);
                    self.unlink(slot);
                    if is_last {
                        break;
                    }
                }
            }
        }
        leaves
    }

    fn rest(&mut self, operation: &Operation, leaves: i64) {
        let Operation { id, side, price, .. } = *operation;
        let levels = &mut self.levels;
        let level = *self.sides[side as usize]
            .entry(price)
            .or_insert_with(|| levels.insert(Level { qty: 0, first: NONE, last: NONE }));
        let list = &mut levels.items[level as usize];
        let previous = list.last;
        let slot = self.orders.insert(Order { id, price, leaves, next: NONE, previous, level, side });
        list.qty += leaves;
        list.last = slot;
        match previous {
            NONE => list.first = slot,
            _ => self.orders.items[previous as usize].next = slot,
        }
        self.ids.insert(id, slot);
    }

    /// What it came to, the orders left in the book included.
    #[must_use]
    pub fn finish(mut self) -> Tally {
        let bids = self.sides[0].iter().rev().map(|(price, level)| (0, *price, *level));
        let asks = self.sides[1].iter().map(|(price, level)| (1, *price, *level));
        for (side, price, level) in bids.chain(asks) {
            let mut slot = self.levels.items[level as usize].first;
            while slot != NONE {
                let order = &self.orders.items[slot as usize];
                self.tally.rests(side, price, order.id, order.leaves);
                slot = order.next;
            }
        }
        self.tally
    }
}
