//! Orders whose time is over, in the books and among those that wait.

use cambist_wire::TimeInForce;
use cambist_wire::events::OrderExpired;

use super::Engine;
use super::orders::OpenOrder;
use crate::slab::NONE;

impl Engine {
    /// The timer of a GTD order fires, if the order still rests.
    pub(super) fn expire(&mut self, order_id: u64) {
        let slot = match self.open_order(order_id) {
            Some(OpenOrder::Desk(slot)) => self.desk_orders[slot].resting,
            Some(OpenOrder::Member(slot)) => slot,
            None => NONE,
        };
        self.expiries.pop(slot == NONE);
        if slot != NONE {
            self.expire_resting(slot);
        }
    }

    /// The day is over: DAY orders expire, by order_id.
    pub(super) fn expire_day_orders(&mut self) {
        let mut slots = std::mem::take(&mut self.scratch);
        slots.clear();
        for index in self.instruments.by_id() {
            let book = &self.instruments[index].book;
            let resting = book.orders(&self.resting.nodes).map(|(_, _, slot)| slot);
            let waiting = self.instruments[index].triggers.iter().flat_map(|triggers| triggers.slots());
            let held = resting.chain(waiting);
            slots.extend(held.filter(|slot| self.resting[*slot].time_in_force == TimeInForce::Day));
        }
        slots.sort_unstable_by_key(|slot| self.resting[*slot].order_id);
        for &slot in &slots {
            self.expire_resting(slot);
        }
        self.scratch = slots;
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
