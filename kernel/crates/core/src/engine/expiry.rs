//! Orders whose time is over, in the books and among those that wait.

use cambist_wire::OrderStatus;
use cambist_wire::events::OrderExpired;

use super::Engine;
use super::orders::OpenOrder;
use crate::slab::NONE;

impl Engine {
    /// The timer of a GTD order fires, if the order still rests.
    pub(super) fn expire(&mut self, order_id: u64) {
        let found = self.open_order(order_id);
        self.expiries.pop(found.is_none());
        self.end_by_time(found);
    }

    fn end_by_time(&mut self, found: Option<OpenOrder>) {
        match found {
            Some(OpenOrder::Desk(slot)) if self.desk_orders[slot].status == OrderStatus::Suspended => {
                self.expire_suspended(slot);
            }
            Some(OpenOrder::Desk(slot)) if self.desk_orders[slot].resting != NONE => {
                self.expire_resting(self.desk_orders[slot].resting);
            }
            Some(OpenOrder::Member(slot)) => self.expire_resting(slot),
            _ => {}
        }
    }

    /// The trading day of an instrument is over: its DAY orders expire, by order_id. Costs nothing for those of others.
    pub(super) fn expire_day_orders_of(&mut self, instrument: u32) {
        let own = (instrument, 0)..=(instrument, u64::MAX);
        let day_orders: Vec<u64> = self.day_orders.range(own).map(|(_, order_id)| *order_id).collect();
        self.expire_all(day_orders);
    }

    /// The day is over for instruments without a calendar: DAY orders expire, by order_id over all of them.
    pub(super) fn expire_day_orders(&mut self) {
        let is_over = |index: u32| self.instruments[index].session.schedule.is_none();
        let over = self.day_orders.iter().filter(|(instrument, _)| is_over(*instrument));
        let mut day_orders: Vec<u64> = over.map(|(_, order_id)| *order_id).collect();
        day_orders.sort_unstable();
        self.expire_all(day_orders);
    }

    fn expire_all(&mut self, order_ids: Vec<u64>) {
        for order_id in order_ids {
            let found = self.open_order(order_id);
            self.end_by_time(found);
        }
    }

    fn expire_resting(&mut self, slot: u32) {
        let was_seen = self.is_seen(slot);
        let (order, leaves) = self.leave_book(slot);
        self.output.emit(&OrderExpired {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            canceled_qty: leaves,
        });
        self.resting[slot].expire_ns = 0;
        self.drop_resting(slot);
        if order.desk != NONE {
            self.close(order.desk);
        }
        if was_seen {
            self.state_delta_of(&order);
        }
    }

    /// An order with a timer has ended before it.
    pub(super) fn note_timer_end(&mut self) {
        let mut expiries = std::mem::take(&mut self.expiries);
        expiries.note_end(|order_id| self.open_order(order_id).is_some());
        self.expiries = expiries;
    }
}
