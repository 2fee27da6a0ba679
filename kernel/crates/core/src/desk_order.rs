//! An open order of the desk.

use cambist_wire::{OrderFlags, OrderStatus, OrderType, Side, TimeInForce};

use crate::text::ClientId;

/// From approval to its end. Indices and slots for what it belongs to.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "as in OrderRow")]
pub struct DeskOrder {
    pub order_id: u64,
    pub instrument: u32,
    pub account: u32,
    /// NONE where sent by hand.
    pub strategy: u32,
    pub position: u32,
    /// In the venue's slab; NONE while it does not rest there.
    pub resting: u32,
    /// The account's next newer and older open order.
    pub newer: u32,
    pub older: u32,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    pub flags: OrderFlags,
    pub status: OrderStatus,
    /// It asked more than a plain order.
    pub is_instructed: bool,
    /// It can be found and is counted: an order that ends within its own command never is.
    pub is_enlisted: bool,
    pub price: i64,
    pub qty: i64,
    pub first_price: i64,
    pub first_qty: i64,
    pub filled_qty: i64,
    pub gate_price: i64,
    pub pending_price: i64,
    pub pending_qty: i64,
    pub expire_ns: i64,
    pub last_exec_id: u64,
    pub filled_value: i128,
    pub commission: i128,
    pub client_id: ClientId,
}

impl DeskOrder {
    /// What is still open, in lots.
    #[inline]
    pub fn leaves(&self) -> i64 {
        self.qty - self.filled_qty
    }

    /// Count a fill.
    #[inline]
    pub fn take_fill(&mut self, price: i64, qty: i64, commission: i64) {
        self.filled_qty += qty;
        self.filled_value += i128::from(price) * i128::from(qty);
        self.commission += i128::from(commission);
        if !matches!(self.status, OrderStatus::PendingCancel | OrderStatus::PendingReplace) {
            self.status = OrderStatus::PartiallyFilled;
        }
    }

    /// Whether it waits at the venue for its trigger.
    #[inline]
    pub fn is_waiting(&self) -> bool {
        self.order_type.waits() && self.status == OrderStatus::New
    }

    /// What an amendment would change: the limit price, or the trigger price of an order that has none.
    #[inline]
    pub fn present_price(&self) -> i64 {
        if self.order_type.is_amended_by_trigger() { self.gate_price } else { self.price }
    }

    /// NEW, or PARTIALLY_FILLED once something is filled.
    #[inline]
    pub fn settled_status(&self) -> OrderStatus {
        if self.filled_qty > 0 { OrderStatus::PartiallyFilled } else { OrderStatus::New }
    }
}

/// An ended order as its account remembers it: the values of its NewOrder, ids as given.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "as in ClosedRow")]
pub struct ClosedOrder {
    pub order_id: u64,
    pub content: OrderContent,
    pub client_id: ClientId,
}

/// What makes two NewOrders under one client_order_id the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in NewOrder")]
pub struct OrderContent {
    pub instrument_id: u32,
    pub strategy_id: u32,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    pub flags: OrderFlags,
    pub price: i64,
    pub qty: i64,
    pub expire_ns: i64,
    /// Whether there are instructions to compare as well.
    pub is_instructed: bool,
}
