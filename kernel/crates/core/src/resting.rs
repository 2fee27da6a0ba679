//! What the venue knows of the orders in its books beyond what matching needs.

use std::ops::{Index, IndexMut};

use cambist_wire::{Field, OrderFlags, OrderType, Side, TimeInForce};

use crate::book::Node;
use crate::slab::{NONE, PoolUsage, Slab};

/// An order at the venue. Its open quantity and its place in the book are in its node.
#[derive(Clone, Copy, Debug)]
pub struct Resting {
    /// As the sequence of its NewOrder.
    pub order_id: u64,
    /// In ticks.
    pub price: i64,
    /// Total, fills included, in lots.
    pub qty: i64,
    /// 0, or when it expires.
    pub expire_ns: i64,
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
    /// Its type, and whether it waits for the closing auction: in one byte, so that an order takes 56.
    standing: u8,
}

const _: () = assert!(size_of::<Resting>() == 56);

/// In `standing`: an AT_CLOSE order before the closing auction.
const WAITING: u8 = 1 << 7;

impl Resting {
    /// An order that belongs to nobody's list yet.
    pub const fn new(order_id: u64, side: Side, price: i64, qty: i64) -> Self {
        Self {
            order_id,
            price,
            qty,
            expire_ns: 0,
            instrument: 0,
            account: NONE,
            desk: NONE,
            newer: NONE,
            older: NONE,
            side,
            time_in_force: TimeInForce::Gtc,
            flags: OrderFlags::NONE,
            standing: OrderType::Limit as u8,
        }
    }

    /// What it was sent as.
    #[inline]
    pub fn order_type(&self) -> OrderType {
        OrderType::get(&[self.standing & !WAITING]).expect("only types are stored")
    }

    /// Say what it was sent as.
    #[inline]
    pub const fn set_order_type(&mut self, order_type: OrderType) {
        self.standing = self.standing & WAITING | order_type as u8;
    }

    /// Whether it is an AT_CLOSE order before the closing auction.
    #[inline(always)]
    pub const fn is_waiting(&self) -> bool {
        self.standing & WAITING != 0
    }

    /// Begin or end its waiting for the closing auction.
    #[inline]
    pub const fn set_waiting(&mut self, is_waiting: bool) {
        self.standing = if is_waiting { self.standing | WAITING } else { self.standing & !WAITING };
    }

    /// Whether it has a place in the book; the venue holds it outside where it has no price, or waits.
    #[inline(always)]
    pub const fn is_in_book(&self) -> bool {
        self.price != 0 && !self.is_waiting()
    }

    /// Whether its level shows it.
    #[inline(always)]
    pub const fn is_displayed(&self) -> bool {
        !self.flags.hidden() && self.is_in_book()
    }
}

/// The orders of all books. A slot names both the node and the rest of an order.
#[derive(Clone, Debug, Default)]
pub struct RestingOrders {
    /// What the books link.
    pub nodes: Slab<Node>,
    orders: Vec<Resting>,
}

impl RestingOrders {
    /// Put an order with its open quantity into a slot; it is in no book yet.
    #[inline]
    pub fn insert(&mut self, order: Resting, leaves: i64) -> u32 {
        let slot = self.nodes.insert(Node::new(order.order_id, leaves, order.flags.hidden()));
        match self.orders.get_mut(slot as usize) {
            Some(place) => *place = order,
            None => self.orders.push(order),
        }
        slot
    }

    /// Give a slot back.
    #[inline]
    pub fn free(&mut self, slot: u32) {
        self.nodes.free(slot);
    }

    /// Nodes and the rest of the orders together.
    pub fn usage(&self) -> PoolUsage {
        let nodes = self.nodes.usage("resting_orders");
        let orders = (self.orders.capacity() * size_of::<Resting>()) as u64;
        PoolUsage { size_bytes: nodes.size_bytes + orders, ..nodes }
    }

    /// What may trade of an order at its place: all that is open, but for an iceberg.
    #[inline(always)]
    pub fn slice(&self, slot: u32) -> i64 {
        self.nodes[slot].leaves
    }
}

impl Index<u32> for RestingOrders {
    type Output = Resting;

    #[inline(always)]
    fn index(&self, slot: u32) -> &Resting {
        &self.orders[slot as usize]
    }
}

impl IndexMut<u32> for RestingOrders {
    #[inline(always)]
    fn index_mut(&mut self, slot: u32) -> &mut Resting {
        &mut self.orders[slot as usize]
    }
}
