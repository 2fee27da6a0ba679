//! Groups of the desk's orders: one cancels the other, or a parent brings its children to life.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use cambist_wire::events::{OrderCanceled, OrderExpired, OrderReleased, OrderReplaced, OrderSuspended};
use cambist_wire::{Contingency, OrderStatus, OrderType, TimeInForce, reasons};

use super::Engine;
use super::gate::Demand;
use super::matching::Shrunk;
use super::orders::OpenOrder;
use crate::slab::NONE;

/// What one fill may set off stays bounded.
const GROUP_ORDERS_MAX: usize = 16;

/// Position and `group_id`.
type Key = (u32, u32);

/// The open orders of each group, and what their fills and ends have yet to set off.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    /// Slots among the desk's orders, by order_id.
    open: BTreeMap<Key, Vec<u32>>,
    filled: Vec<(Key, Contingency, u64, i64)>,
    ended: VecDeque<(Key, Contingency, i64)>,
    /// By order_id: children whose parent has ended with fills, and whose phase takes no orders.
    due: BTreeSet<u64>,
    /// Whether a phase that takes orders has begun since the due ones were last looked at.
    may_release: bool,
}

impl Groups {
    /// Whether a trade has yet to lower others.
    #[inline]
    pub fn owes_lots(&self) -> bool {
        !self.filled.is_empty()
    }

    /// Whether an end has yet to be settled, or due children may be released.
    #[inline]
    pub fn owes_ends(&self) -> bool {
        !self.ended.is_empty() || self.may_release
    }

    /// A phase that takes orders begins.
    pub fn note_opening(&mut self) {
        self.may_release = !self.due.is_empty();
    }
}

impl Engine {
    /// Whether another order may join a group.
    pub(super) fn check_group(&self, position: u32, group_id: u32) -> Result<(), u32> {
        let size = self.groups.open.get(&(position, group_id)).map_or(0, Vec::len);
        if size < GROUP_ORDERS_MAX { Ok(()) } else { Err(reasons::INVALID_CONTINGENCY) }
    }

    /// An open order belongs to its group.
    #[cold]
    pub(super) fn join_group(&mut self, slot: u32) {
        let (key, contingency) = self.group_of(slot);
        if contingency != Contingency::None {
            self.groups.open.entry(key).or_default().push(slot);
        }
    }

    /// An order has ended: the others of its group will hear of it.
    #[cold]
    pub(super) fn end_in_group(&mut self, slot: u32) {
        let (key, contingency) = self.group_of(slot);
        self.groups.due.remove(&self.desk_orders[slot].order_id);
        if contingency != Contingency::None && self.quit_group(key, slot) {
            self.groups.ended.push_back((key, contingency, self.desk_orders[slot].filled_qty));
        }
    }

    /// An order has traded: others of its group will lose as much.
    #[cold]
    pub(super) fn note_group_fill(&mut self, slot: u32, qty: i64) {
        let (key, contingency) = self.group_of(slot);
        if matches!(contingency, Contingency::Oco | Contingency::Child) {
            self.groups.filled.push((key, contingency, self.desk_orders[slot].order_id, qty));
        }
    }

    /// A trade has been told to both sides: the others of their groups lose as many lots, before anything else.
    #[cold]
    pub(super) fn lower_groups(&mut self) {
        for (key, contingency, order_id, qty) in std::mem::take(&mut self.groups.filled) {
            for slot in self.members(key, contingency) {
                if self.is_member_of(key, slot) && self.desk_orders[slot].order_id != order_id {
                    self.lower(key, slot, qty);
                }
            }
        }
    }

    /// Draw the consequence of the next end, or release the next due child. False where none is left.
    pub(super) fn settle_next(&mut self) -> bool {
        let Some((key, contingency, filled_qty)) = self.groups.ended.pop_front() else {
            return self.release_next_due();
        };
        if contingency == Contingency::Parent {
            self.end_of_parent(key, filled_qty);
            return true;
        }
        for slot in self.members(key, contingency) {
            if self.is_member_of(key, slot) {
                self.cancel_desk(slot, reasons::GROUP_ENDED);
            }
        }
        true
    }

    /// All children become as large as what it filled before the first is released: what that one trades lowers those
    /// that follow.
    fn end_of_parent(&mut self, key: Key, filled_qty: i64) {
        let mut children = self.members(key, Contingency::Child);
        children.retain(|slot| self.waits_for_parent(*slot));
        for slot in &children {
            let surplus = self.desk_orders[*slot].qty - filled_qty;
            if filled_qty == 0 {
                self.cancel_suspended(*slot, reasons::PARENT_UNFILLED);
            } else if surplus > 0 {
                self.lower_suspended(*slot, surplus);
            }
        }
        for slot in children {
            // Those before it may have ended it.
            if self.is_member_of(key, slot) && self.waits_for_parent(slot) {
                self.release(slot);
            }
        }
    }

    fn waits_for_parent(&self, slot: u32) -> bool {
        self.desk_orders[slot].status == OrderStatus::Suspended && !self.is_due(slot)
    }

    /// A child begins to wait for its parent.
    pub(super) fn state_suspended(&mut self, slot: u32) {
        let order = &self.desk_orders[slot];
        self.output.emit(&OrderSuspended {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
        });
        self.arm_suspended(slot);
    }

    /// A child that waits may expire.
    pub(super) fn arm_suspended(&mut self, slot: u32) {
        let order = &self.desk_orders[slot];
        if order.expire_ns > 0 {
            self.expiries.arm(order.expire_ns, order.order_id);
            self.wake_ns = self.wake_ns.min(order.expire_ns);
        }
        if order.time_in_force == TimeInForce::Day {
            self.day_orders.insert((order.instrument, order.order_id));
        }
    }

    pub(super) fn cancel_suspended(&mut self, slot: u32, reason: u32) {
        let order = self.desk_orders[slot];
        self.output.emit(&OrderCanceled {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            reason,
            canceled_qty: order.leaves(),
        });
        self.day_orders.remove(&(order.instrument, order.order_id));
        self.close(slot);
        if order.expire_ns > 0 {
            self.note_timer_end();
        }
    }

    pub(super) fn expire_suspended(&mut self, slot: u32) {
        self.spare_siblings(slot);
        let order = self.desk_orders[slot];
        self.output.emit(&OrderExpired {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            canceled_qty: order.leaves(),
        });
        self.day_orders.remove(&(order.instrument, order.order_id));
        self.close(slot);
    }

    /// An order ends without having been at work: if it is a child, its siblings go on.
    #[cold]
    pub(super) fn spare_siblings(&mut self, slot: u32) {
        let (key, contingency) = self.group_of(slot);
        if contingency == Contingency::Child {
            self.quit_group(key, slot);
        }
    }

    fn group_of(&self, slot: u32) -> (Key, Contingency) {
        let order = &self.desk_orders[slot];
        let asked = self.instructions.of(order.order_id);
        ((order.position, asked.group_id), asked.contingency)
    }

    /// Slots of the open orders of a group that have one contingency, by order_id.
    fn members(&self, key: Key, contingency: Contingency) -> Vec<u32> {
        let slots = self.groups.open.get(&key).into_iter().flatten().copied();
        slots.filter(|slot| self.group_of(*slot).1 == contingency).collect()
    }

    fn is_member_of(&self, key: Key, slot: u32) -> bool {
        self.groups.open.get(&key).is_some_and(|slots| slots.contains(&slot))
    }

    fn quit_group(&mut self, key: Key, slot: u32) -> bool {
        let Some(slots) = self.groups.open.get_mut(&key) else { return false };
        let Some(place) = slots.iter().position(|other| *other == slot) else { return false };
        slots.remove(place);
        if slots.is_empty() {
            self.groups.open.remove(&key);
        }
        true
    }

    /// An order loses lots because another of its group traded, in its place and at once.
    fn lower(&mut self, key: Key, desk: u32, qty: i64) {
        let order = self.desk_orders[desk];
        let is_used_up = order.leaves() <= qty;
        if is_used_up {
            self.quit_group(key, desk);
        }
        match (order.status == OrderStatus::Suspended, is_used_up) {
            (true, true) => self.cancel_suspended(desk, reasons::GROUP_FILLED),
            (true, false) => self.lower_suspended(desk, qty),
            (false, true) => self.end_lowered(order.resting),
            (false, false) => self.lower_held(order.resting, qty),
        }
    }

    fn lower_suspended(&mut self, desk: u32, qty: i64) {
        let order = self.desk_orders[desk];
        self.change_form(desk, order.price, order.qty - qty);
        if self.is_due(desk) {
            self.desk_orders[desk].pending_qty = order.qty - qty;
        }
        self.output.emit(&OrderReplaced {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            price: order.price,
            qty: order.qty - qty,
            leaves_qty: order.leaves() - qty,
            kept_priority: true,
        });
    }

    fn end_lowered(&mut self, slot: u32) {
        if slot == NONE {
            return;
        }
        let was_seen = self.is_seen(slot);
        let (order, canceled_qty) = self.leave_book(slot);
        if was_seen && order.is_displayed() {
            self.touch_anywhere(&order);
        }
        self.output.emit(&OrderCanceled {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            reason: reasons::GROUP_FILLED,
            canceled_qty,
        });
        self.drop_resting(slot);
        // Who walks a level may still hold its slot: nothing of it trades.
        self.resting.nodes[slot].leaves = 0;
        self.close(order.desk);
    }

    fn lower_held(&mut self, slot: u32, qty: i64) {
        if slot == NONE {
            return;
        }
        if self.awaits_trigger(slot) {
            self.resting.nodes[slot].leaves -= qty;
        } else if self.is_parked(slot) {
            self.lower_parked(slot, qty);
        } else if self.reduce_in_place(slot, qty) && self.resting[slot].is_displayed() {
            let order = self.resting[slot];
            self.touch_anywhere(&order);
        }
        self.resting[slot].qty -= qty;
        let order = self.resting[slot];
        self.state_shrunk(&Shrunk {
            order_id: order.order_id,
            instrument: order.instrument,
            account: order.account,
            desk: order.desk,
            price: order.price,
            qty: order.qty,
            leaves: self.leaves_of(slot),
        });
    }

    /// The parent of a child has ended with fills.
    fn release(&mut self, slot: u32) {
        let qty = self.desk_orders[slot].qty;
        if !self.is_admitted(slot) {
            self.desk_orders[slot].pending_qty = qty;
            return self.remember_due(slot);
        }
        let gate_price = match self.admit_release(slot, qty) {
            Ok(gate_price) => gate_price,
            Err(reason) => {
                self.spare_siblings(slot);
                return self.cancel_suspended(slot, reason);
            }
        };
        let order = &mut self.desk_orders[slot];
        order.pending_qty = 0;
        order.gate_price = gate_price;
        order.status = OrderStatus::PendingNew;
        let order = *order;
        self.groups.due.remove(&order.order_id);
        self.reserve(slot, qty);
        self.output.emit(&OrderReleased {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            qty,
        });
        self.day_orders.remove(&(order.instrument, order.order_id));
        let asked = self.instructions.of(order.order_id);
        self.route(slot, Some(&asked));
    }

    /// A child waits for a phase that takes orders, if it is due.
    pub(super) fn remember_due(&mut self, slot: u32) {
        if self.is_due(slot) {
            self.groups.due.insert(self.desk_orders[slot].order_id);
        }
    }

    fn is_due(&self, slot: u32) -> bool {
        let order = &self.desk_orders[slot];
        order.status == OrderStatus::Suspended && order.pending_qty > 0
    }

    /// The first due child, by order_id, whose phase takes orders again.
    fn release_next_due(&mut self) -> bool {
        if !self.groups.may_release {
            return false;
        }
        let next = self.groups.due.iter().find_map(|order_id| match self.open_order(*order_id)? {
            OpenOrder::Desk(slot) => self.is_admitted(slot).then_some(slot),
            OpenOrder::Member(_) => None,
        });
        match next {
            Some(slot) => self.release(slot),
            None => self.groups.may_release = false,
        }
        next.is_some()
    }

    fn is_admitted(&self, slot: u32) -> bool {
        self.instruments[self.desk_orders[slot].instrument].phase.takes_orders()
    }

    /// The gate again. The rate of a child is paid, and it is among the open orders already.
    fn admit_release(&self, slot: u32, qty: i64) -> Result<i64, u32> {
        let order = &self.desk_orders[slot];
        let state = self.check_permission(order.account, order.strategy)?;
        if self.accounts[order.account].is_forbidden(order.instrument) {
            return Err(reasons::SYMBOL_NOT_ALLOWED);
        }
        let instrument = &self.instruments[order.instrument];
        let mark = instrument.mark();
        let gate_price = self.instructions.of(order.order_id).gate_price(order.price, mark);
        let is_reduce_only = order.flags.reduce_only();
        let notional = self.check_bounds(order.instrument, gate_price, qty, qty, is_reduce_only)?;
        if order.order_type == OrderType::Limit {
            self.check_band(order.instrument, mark, order.price)?;
        }
        self.check_reduction(order.position, order.side, qty, is_reduce_only, state)?;
        self.check_limits(&Demand {
            account: order.account,
            strategy: order.strategy,
            position: order.position,
            side: order.side,
            unit_value: instrument.unit_value,
            gate_price,
            qty,
            notional,
            is_reduce_only,
            old_qty: 0,
            old_notional: 0,
            is_new: false,
        })?;
        Ok(gate_price)
    }
}
