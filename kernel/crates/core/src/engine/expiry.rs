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

    /// The day is over: DAY orders on chosen instruments expire, by order_id. Costs as many steps as there are DAY
    /// orders.
    pub(super) fn expire_day_orders(&mut self, is_over: impl Fn(u32) -> bool) {
        let day_orders: Vec<u64> = self.day_orders.iter().copied().collect();
        for order_id in day_orders {
            let found = self.open_order(order_id);
            let instrument = found.map(|open| match open {
                OpenOrder::Desk(slot) => self.desk_orders[slot].instrument,
                OpenOrder::Member(slot) => self.resting[slot].instrument,
            });
            if instrument.is_some_and(&is_over) {
                self.end_by_time(found);
            }
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
