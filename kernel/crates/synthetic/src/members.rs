//! What the participants know of their own orders, learnt from the engine's facts.
//!
//! Acceptances and rejections of one account come in the order in which it sent, so each is matched with the oldest
//! unanswered order.

use std::collections::{BTreeMap, HashMap, VecDeque};

use cambist_wire::events::{
    OrderAccepted, OrderCanceled, OrderExpired, OrderFilled, OrderRejected, OrderReplaced, ReplaceRejected,
};
use cambist_wire::{HEADER_BYTES, Header, Side};

/// A resting order of a participant. Price in ticks, quantities in lots; `order_id` 0 until it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkingOrder {
    /// Its number among all that participants ever sent.
    pub ticket: u64,
    pub account_id: u32,
    pub instrument_id: u32,
    pub side: Side,
    pub price: i64,
    pub leaves: i64,
    pub filled: i64,
    pub order_id: u64,
    /// A replacement was refused: the order stands where nobody wants it any more.
    pub is_refused: bool,
}

/// The books of all participants: orders that have not ended, and inventories.
#[derive(Clone, Debug)]
pub struct Members {
    pub next_ticket: u64,
    pub orders: BTreeMap<u64, WorkingOrder>,
    /// Tickets that wait for an answer, by account; 0 for an order nobody follows.
    pub unanswered: Vec<(u32, VecDeque<u64>)>,
    /// Signed lots by account and instrument, in the order in which they were first touched.
    pub inventories: Vec<(u32, u32, i64)>,
    by_order_id: HashMap<u64, u64>,
}

impl Members {
    pub fn new(account_ids: impl Iterator<Item = u32>) -> Self {
        Self {
            next_ticket: 1,
            orders: BTreeMap::new(),
            unanswered: account_ids.map(|account| (account, VecDeque::new())).collect(),
            inventories: Vec::new(),
            by_order_id: HashMap::new(),
        }
    }

    /// Follow an order that is on its way; its ticket.
    pub fn send(&mut self, account_id: u32, instrument_id: u32, side: Side, price: i64, qty: i64) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let order = WorkingOrder {
            ticket,
            account_id,
            instrument_id,
            side,
            price,
            leaves: qty,
            filled: 0,
            order_id: 0,
            is_refused: false,
        };
        self.orders.insert(ticket, order);
        self.expect_answer(account_id, ticket);
        ticket
    }

    /// An order is on its way of which nobody wants to know what becomes.
    pub fn send_unfollowed(&mut self, account_id: u32) {
        self.expect_answer(account_id, 0);
    }

    /// Signed lots that an account's resting orders have gathered.
    pub fn inventory(&self, account_id: u32, instrument_id: u32) -> i64 {
        let found = self.inventories.iter().find(|entry| (entry.0, entry.1) == (account_id, instrument_id));
        found.map_or(0, |entry| entry.2)
    }

    /// Hold what was saved.
    pub fn restore(&mut self, orders: Vec<WorkingOrder>) {
        let accepted = orders.iter().filter(|order| order.order_id != 0);
        self.by_order_id = accepted.map(|order| (order.order_id, order.ticket)).collect();
        self.orders = orders.into_iter().map(|order| (order.ticket, order)).collect();
    }

    /// Take note of a fact; those of others are passed over.
    pub fn on_event(&mut self, header: &Header, record: &[u8]) {
        let body = &record[HEADER_BYTES..header.size - header.tail_padding];
        match header.kind {
            OrderAccepted::KIND => self.take(OrderAccepted::get(body, &[]), Self::on_accepted),
            OrderRejected::KIND => self.take(OrderRejected::get(body, &[]), Self::on_rejected),
            OrderFilled::KIND => self.take(OrderFilled::get(body, &[]), Self::on_filled),
            OrderCanceled::KIND => {
                self.take(OrderCanceled::get(body, &[]), |members, event: OrderCanceled| {
                    members.end(event.order_id);
                })
            }
            OrderExpired::KIND => self.take(OrderExpired::get(body, &[]), |members, event: OrderExpired| {
                members.end(event.order_id);
            }),
            OrderReplaced::KIND => self.take(OrderReplaced::get(body, &[]), Self::on_replaced),
            ReplaceRejected::KIND => {
                let refused = ReplaceRejected::get(body, &[]);
                if let Some(order) = refused.and_then(|event| self.named(event.order_id)) {
                    order.is_refused = true;
                }
            }
            _ => {}
        }
    }

    fn take<Event>(&mut self, event: Option<Event>, on_event: impl FnOnce(&mut Self, Event)) {
        if let Some(event) = event {
            on_event(self, event);
        }
    }

    fn expect_answer(&mut self, account_id: u32, ticket: u64) {
        if let Some((_, tickets)) = self.unanswered.iter_mut().find(|(account, _)| *account == account_id) {
            tickets.push_back(ticket);
        }
    }

    fn on_accepted(&mut self, event: OrderAccepted) {
        let Some(ticket) = self.answered(event.account_id) else { return };
        if let Some(order) = self.orders.get_mut(&ticket) {
            order.order_id = event.order_id;
            self.by_order_id.insert(event.order_id, ticket);
        }
    }

    fn on_rejected(&mut self, event: OrderRejected) {
        let Some(ticket) = self.answered(event.account_id) else { return };
        if let Some(order) = self.orders.remove(&ticket) {
            self.by_order_id.remove(&order.order_id);
        }
    }

    fn answered(&mut self, account_id: u32) -> Option<u64> {
        self.unanswered.iter_mut().find(|(account, _)| *account == account_id)?.1.pop_front()
    }

    fn on_filled(&mut self, event: OrderFilled) {
        let Some(order) = self.named(event.order_id) else { return };
        order.leaves = event.leaves_qty;
        order.filled += event.last_qty;
        let (account, instrument) = (order.account_id, order.instrument_id);
        let change = order.side.sign() * event.last_qty;
        match self.inventories.iter_mut().find(|entry| (entry.0, entry.1) == (account, instrument)) {
            Some(entry) => entry.2 += change,
            None => self.inventories.push((account, instrument, change)),
        }
        if event.leaves_qty == 0 {
            self.end(event.order_id);
        }
    }

    fn on_replaced(&mut self, event: OrderReplaced) {
        if let Some(order) = self.named(event.order_id) {
            order.price = event.price;
            order.leaves = event.leaves_qty;
        }
    }

    fn named(&mut self, order_id: u64) -> Option<&mut WorkingOrder> {
        let ticket = self.by_order_id.get(&order_id)?;
        self.orders.get_mut(ticket)
    }

    fn end(&mut self, order_id: u64) {
        if let Some(ticket) = self.by_order_id.remove(&order_id) {
            self.orders.remove(&ticket);
        }
    }
}
