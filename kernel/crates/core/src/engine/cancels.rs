//! Canceling one order, or many at once.

use cambist_wire::commands::{CancelOrder, MassCancel};
use cambist_wire::events::{CancelRejected, CancelSubmitted, OrderCanceled};
use cambist_wire::{ANY_ACCOUNT, ANY_SIDE, ANY_STRATEGY, OrderStatus, Side, reasons};

use super::Engine;
use super::orders::{MEMBER, OpenOrder, member_slot};
use crate::desk_order::DeskOrder;
use crate::resting::Resting;
use crate::slab::NONE;

impl Engine {
    #[inline]
    pub(super) fn cancel_order(&mut self, cancel: &CancelOrder<'_>) {
        match self.named_order(cancel.account_id, cancel.order_id, cancel.client_order_id) {
            Some(OpenOrder::Desk(slot)) => self.cancel_desk(slot, reasons::REQUESTED),
            Some(OpenOrder::Member(slot)) => self.cancel_resting(slot, reasons::REQUESTED),
            None => self.output.emit(&CancelRejected {
                order_id: cancel.order_id,
                account_id: cancel.account_id,
                reason: reasons::ORDER_NOT_OPEN,
                client_order_id: cancel.client_order_id,
            }),
        }
    }

    pub(super) fn mass_cancel(&mut self, cancel: &MassCancel) -> Result<(), u32> {
        let account = match cancel.account_id {
            0 | ANY_ACCOUNT => None,
            id => Some(self.accounts.index_of(id).ok_or(reasons::UNKNOWN_ACCOUNT)?),
        };
        let instrument = match cancel.instrument_id {
            0 => None,
            id => match self.instruments.index_of(id) {
                Some(index) => Some(index),
                None => return Ok(()),
            },
        };
        let strategy = match cancel.strategy_id {
            ANY_STRATEGY => None,
            0 => Some(NONE),
            id => match self.strategies.index_of(id) {
                Some(index) => Some(index),
                None => return Ok(()),
            },
        };
        let side = cancel.side;
        let fits = |on: u32, of: u32, order_side: Side| {
            instrument.is_none_or(|wanted| wanted == on)
                && strategy.is_none_or(|wanted| wanted == of)
                && (side == ANY_SIDE || side == u32::from(order_side as u8))
        };
        let fits_desk = |order: &DeskOrder| fits(order.instrument, order.strategy, order.side);
        let fits_member = |order: &Resting| fits(order.instrument, NONE, order.side);
        match account {
            None if cancel.account_id == ANY_ACCOUNT => {
                self.cancel_everybodys_orders(reasons::REQUESTED, fits_desk, fits_member);
            }
            Some(member) if !self.accounts[member].is_desk() => {
                self.cancel_member_orders(member, reasons::REQUESTED, fits_member);
            }
            _ => self.cancel_orders(account, reasons::REQUESTED, fits_desk),
        }
        Ok(())
    }

    /// Cancel the open orders of every account that pass a filter, by order_id.
    fn cancel_everybodys_orders(
        &mut self,
        reason: u32,
        fits_desk: impl Fn(&DeskOrder) -> bool,
        fits_member: impl Fn(&Resting) -> bool,
    ) {
        let mut slots = std::mem::take(&mut self.scratch);
        slots.clear();
        for index in self.accounts.by_id() {
            if self.accounts[index].is_desk() {
                self.collect_orders(index, &fits_desk, &mut slots);
            } else {
                let first = slots.len();
                self.collect_member_orders(index, &fits_member, &mut slots);
                slots[first..].iter_mut().for_each(|slot| *slot |= MEMBER);
            }
        }
        slots.sort_unstable_by_key(|slot| match member_slot(*slot) {
            Some(resting) => self.resting[resting].order_id,
            None => self.desk_orders[*slot].order_id,
        });
        for &slot in &slots {
            match member_slot(slot) {
                Some(resting) => self.cancel_resting(resting, reason),
                None => self.cancel_unless_pending(slot, reason),
            }
        }
        self.scratch = slots;
    }

    /// Cancel the open orders of one of the desk's accounts, or of all, that pass a filter, by order_id.
    pub(super) fn cancel_orders(
        &mut self,
        account: Option<u32>,
        reason: u32,
        fits: impl Fn(&DeskOrder) -> bool,
    ) {
        let mut slots = std::mem::take(&mut self.scratch);
        slots.clear();
        match account {
            Some(account) => self.collect_orders(account, &fits, &mut slots),
            None => {
                for &account in &self.desk_accounts {
                    self.collect_orders(account, &fits, &mut slots);
                }
            }
        }
        slots.sort_unstable_by_key(|slot| self.desk_orders[*slot].order_id);
        for &slot in &slots {
            self.cancel_unless_pending(slot, reason);
        }
        self.scratch = slots;
    }

    fn cancel_unless_pending(&mut self, slot: u32, reason: u32) {
        if self.desk_orders[slot].status != OrderStatus::PendingCancel {
            self.cancel_desk(slot, reason);
        }
    }

    /// An account's list runs by arrival: orders of quotes have greater ids than what came later.
    fn collect_orders(&self, account: u32, fits: impl Fn(&DeskOrder) -> bool, slots: &mut Vec<u32>) {
        let mut slot = self.accounts[account].oldest;
        while slot != NONE {
            let order = &self.desk_orders[slot];
            if fits(order) {
                slots.push(slot);
            }
            slot = order.newer;
        }
    }

    /// Cancel the resting orders of a member that pass a filter, by order_id.
    pub(super) fn cancel_member_orders(
        &mut self,
        account: u32,
        reason: u32,
        fits: impl Fn(&Resting) -> bool,
    ) {
        let mut slots = std::mem::take(&mut self.scratch);
        slots.clear();
        self.collect_member_orders(account, fits, &mut slots);
        slots.sort_unstable_by_key(|slot| self.resting[*slot].order_id);
        for &slot in &slots {
            self.cancel_resting(slot, reason);
        }
        self.scratch = slots;
    }

    fn collect_member_orders(&self, account: u32, fits: impl Fn(&Resting) -> bool, slots: &mut Vec<u32>) {
        let mut slot = self.accounts[account].oldest;
        while slot != NONE {
            let order = &self.resting[slot];
            if fits(order) {
                slots.push(slot);
            }
            slot = order.newer;
        }
    }

    /// On our venue at once, at an outside one by asking for it.
    #[inline]
    pub(super) fn cancel_desk(&mut self, slot: u32, reason: u32) {
        let order = &mut self.desk_orders[slot];
        if order.status == OrderStatus::Suspended {
            return self.cancel_suspended(slot, reason);
        }
        let instrument = &self.instruments[order.instrument];
        if instrument.is_internal() {
            let resting = order.resting;
            return self.cancel_resting(resting, reason);
        }
        order.status = OrderStatus::PendingCancel;
        order.pending_price = 0;
        order.pending_qty = 0;
        self.output.emit(&CancelSubmitted {
            order_id: order.order_id,
            instrument_id: instrument.id,
            account_id: self.accounts[order.account].id,
        });
    }

    #[inline]
    pub(super) fn cancel_resting(&mut self, slot: u32, reason: u32) {
        let was_seen = self.is_seen(slot);
        let (order, leaves) = self.leave_book(slot);
        self.output.emit(&OrderCanceled {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            reason,
            canceled_qty: leaves,
        });
        self.drop_resting(slot);
        if order.desk != NONE {
            self.close(order.desk);
        }
        if was_seen {
            self.state_delta_of(&order);
        }
    }
}
