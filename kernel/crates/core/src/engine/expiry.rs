//! Orders whose time is over, in the books and among those that wait.

use cambist_wire::events::OrderExpired;

use super::Engine;
use super::orders::OpenOrder;
use crate::slab::NONE;

impl Engine {
    /// The timer of a GTD order fires, if the order still rests.
    pub(super) fn expire(&mut self, order_id: u64) {
        let slot = self.resting_slot(order_id).unwrap_or(NONE);
        self.expiries.pop(slot == NONE);
        if slot != NONE {
            self.expire_resting(slot);
        }
    }

    /// The day is over: DAY orders on chosen instruments expire, by order_id. Costs as many steps as there are DAY
    /// orders.
    pub(super) fn expire_day_orders(&mut self, is_over: impl Fn(u32) -> bool) {
        let day_orders: Vec<u64> = self.day_orders.iter().copied().collect();
        for order_id in day_orders {
            if let Some(slot) = self.resting_slot(order_id)
                && is_over(self.resting[slot].instrument)
            {
                self.expire_resting(slot);
            }
        }
    }

    /// Where an order rests, waits or is held.
    fn resting_slot(&self, order_id: u64) -> Option<u32> {
        let slot = match self.open_order(order_id)? {
            OpenOrder::Desk(slot) => self.desk_orders[slot].resting,
            OpenOrder::Member(slot) => slot,
        };
        (slot != NONE).then_some(slot)
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
