//! NewOrder at the desk, and the open orders' table.

use cambist_wire::commands::NewOrder;
use cambist_wire::events::{OrderDenied, OrderRepeated, OrderSubmitted};
use cambist_wire::{Contingency, OrderStatus, Text, reasons};

use super::gate::Approved;
use super::{Engine, Moment};
use crate::client_ids::Found;
use crate::desk_order::{ClosedOrder, DeskOrder, OrderContent};
use crate::instructions::Instructions;
use crate::resting::RestingOrders;
use crate::slab::{NONE, Slab};
use crate::slot_index::hash_of_id;
use crate::text::ClientId;

/// Set in the order index for orders of members, whose slots are the venue's.
pub(super) const MEMBER: u32 = 1 << 31;

/// Where an open order lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenOrder {
    /// Slot among the desk's orders.
    Desk(u32),
    /// Slot among the venue's resting orders.
    Member(u32),
}

impl Engine {
    #[inline]
    pub(super) fn new_order(&mut self, order: &NewOrder<'_>, instructions: Option<&Instructions>) {
        let Some(account) = self.accounts.index_of(order.account_id) else {
            return self.deny(order, instructions, reasons::UNKNOWN_ACCOUNT);
        };
        if !self.admits_message(account) {
            return self.refuse_message(account, order, instructions, reasons::MESSAGE_RATE_LIMIT);
        }
        self.place_order(account, order, instructions);
    }

    /// A new order of a known account; its order_id is the sequence.
    #[inline]
    pub(super) fn place_order(
        &mut self,
        account: u32,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
    ) {
        if !self.accounts[account].is_desk() {
            return self.member_order(account, order, instructions);
        }
        let Some(client_id) = ClientId::parse(order.client_order_id) else {
            return self.deny(order, instructions, reasons::INVALID_CLIENT_ORDER_ID);
        };
        if let Some((first_id, content)) = self.known_order(account, &client_id) {
            let is_same = content == content_of(order, instructions)
                && instructions.is_none_or(|asked| self.instructions.of(first_id) == *asked);
            return self.repeat(order, instructions, first_id, is_same);
        }
        match self.admit(account, order, instructions) {
            Ok(approved) => {
                self.tell(Moment::Admitted);
                self.submit(&approved, order, instructions, client_id);
            }
            Err(reason) => {
                self.deny(order, instructions, reason);
                self.remember_denied(account, order, instructions, client_id);
            }
        }
    }

    /// The first order under a client id, open or remembered.
    #[inline]
    fn known_order(&self, account: u32, client_id: &ClientId) -> Option<(u64, OrderContent)> {
        if client_id.is_empty() {
            return None;
        }
        let ids = &self.accounts[account].client_ids;
        Some(match ids.find(client_id, &self.desk_orders)? {
            Found::Open(slot) => (self.desk_orders[slot].order_id, self.first_content(slot)),
            Found::Closed(place) => (ids.closed(place).order_id, ids.closed(place).content),
        })
    }

    fn repeat(
        &mut self,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
        first_id: u64,
        is_same: bool,
    ) {
        if !is_same {
            return self.deny(order, instructions, reasons::DUPLICATE_CLIENT_ORDER_ID);
        }
        self.output.emit(&OrderRepeated {
            order_id: first_id,
            account_id: order.account_id,
            client_order_id: order.client_order_id,
        });
    }

    pub(super) fn deny(&mut self, order: &NewOrder<'_>, instructions: Option<&Instructions>, reason: u32) {
        self.output.emit(&OrderDenied {
            order_id: self.sequence,
            instrument_id: order.instrument_id,
            account_id: order.account_id,
            strategy_id: order.strategy_id,
            side: order.side,
            order_type: order.order_type,
            time_in_force: order.time_in_force,
            flags: order.flags,
            price: order.price,
            qty: order.qty,
            expire_ns: order.expire_ns,
            reason,
            client_order_id: order.client_order_id,
        });
        self.state_instructions(order, instructions);
    }

    fn remember_denied(
        &mut self,
        account: u32,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
        client_id: ClientId,
    ) {
        if client_id.is_empty() {
            return;
        }
        self.keep_instructions(instructions);
        let content = content_of(order, instructions);
        let closed = ClosedOrder { order_id: self.sequence, content, client_id };
        let forgotten = self.accounts[account].client_ids.remember(closed, &self.desk_orders);
        self.forget_instructions(forgotten);
    }

    #[inline]
    fn submit(
        &mut self,
        approved: &Approved,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
        client_id: ClientId,
    ) {
        self.output.emit(&OrderSubmitted {
            order_id: self.sequence,
            instrument_id: order.instrument_id,
            account_id: order.account_id,
            strategy_id: order.strategy_id,
            side: order.side,
            order_type: order.order_type,
            time_in_force: order.time_in_force,
            flags: order.flags,
            price: order.price,
            qty: order.qty,
            expire_ns: order.expire_ns,
            client_order_id: order.client_order_id,
        });
        self.state_instructions(order, instructions);
        self.keep_instructions(instructions);
        let mut opened = desk_order(self.sequence, approved, order, client_id);
        opened.is_instructed = instructions.is_some();
        if instructions.is_some_and(|asked| asked.contingency == Contingency::Child) {
            opened.status = OrderStatus::Suspended;
            let slot = self.open(opened);
            self.enlist(slot);
            return self.state_suspended(slot);
        }
        let slot = self.open(opened);
        if self.instruments[approved.instrument].is_internal() {
            self.route(slot, instructions);
        } else {
            self.enlist(slot);
        }
    }

    /// Enter an order into the desk's table and reserve what it may need.
    #[inline(always)]
    pub(super) fn open(&mut self, order: DeskOrder) -> u32 {
        let (leaves, is_instructed) = (order.leaves(), order.is_instructed);
        let slot = self.desk_orders.insert(order);
        self.reserve(slot, leaves);
        if is_instructed {
            self.join_group(slot);
        }
        slot
    }

    /// An order outlives its command: from now on it is counted, and can be found by its owner and its ids. Orders that
    /// end at once never are.
    pub(super) fn enlist(&mut self, slot: u32) {
        let order = &mut self.desk_orders[slot];
        if order.is_enlisted {
            return;
        }
        order.is_enlisted = true;
        let (order_id, client_id) = (order.order_id, order.client_id);
        let account = &mut self.accounts[order.account];
        order.older = account.newest;
        account.newest = slot;
        account.scope.open_orders += 1;
        if order.strategy != NONE {
            self.strategies[order.strategy].scope.open_orders += 1;
        }
        match order.older {
            NONE => account.oldest = slot,
            older => self.desk_orders[older].newer = slot,
        }
        self.index_order(order_id, slot);
        if !client_id.is_empty() {
            let account = self.desk_orders[slot].account;
            self.accounts[account].client_ids.open(&client_id, slot, &self.desk_orders);
        }
    }

    /// An order has ended: release what it reserved, remember its client id.
    pub(super) fn close(&mut self, slot: u32) {
        self.reserve(slot, -self.desk_orders[slot].leaves());
        self.close_filled(slot);
    }

    /// An order has ended of which nothing is left, and so nothing is reserved.
    #[inline]
    pub(super) fn close_filled(&mut self, slot: u32) {
        if self.desk_orders[slot].is_instructed {
            self.end_in_group(slot);
        }
        let order = &self.desk_orders[slot];
        let (order_id, is_instructed, is_enlisted) = (order.order_id, order.is_instructed, order.is_enlisted);
        let has_client_id = !order.client_id.is_empty();
        if is_enlisted {
            self.strike_off(slot);
        }
        if has_client_id {
            self.remember_client_id(slot, is_enlisted);
        } else if is_instructed {
            self.instructions.remove(order_id);
        }
        self.desk_orders.free(slot);
    }

    /// The opposite of [`Engine::enlist`], but for the client id.
    fn strike_off(&mut self, slot: u32) {
        let order = &self.desk_orders[slot];
        let (order_id, newer, older) = (order.order_id, order.newer, order.older);
        let account = &mut self.accounts[order.account];
        account.scope.open_orders -= 1;
        if order.strategy != NONE {
            self.strategies[order.strategy].scope.open_orders -= 1;
        }
        match newer {
            NONE => account.newest = older,
            newer => self.desk_orders[newer].older = older,
        }
        match older {
            NONE => account.oldest = newer,
            older => self.desk_orders[older].newer = newer,
        }
        self.order_index.remove(hash_of_id(order_id), &order_id, slot);
    }

    #[inline]
    fn remember_client_id(&mut self, slot: u32, is_enlisted: bool) {
        let content = self.first_content(slot);
        let order = &self.desk_orders[slot];
        let closed = ClosedOrder { order_id: order.order_id, content, client_id: order.client_id };
        let client_ids = &mut self.accounts[order.account].client_ids;
        let forgotten = if is_enlisted {
            client_ids.close(slot, closed)
        } else {
            client_ids.remember(closed, &self.desk_orders)
        };
        self.forget_instructions(forgotten);
    }

    /// Reserve (or, where negative, release) leaves of an order at its gate price.
    #[inline]
    pub(super) fn reserve(&mut self, slot: u32, leaves: i64) {
        let order = &self.desk_orders[slot];
        if order.status == OrderStatus::Suspended {
            return; // it waits for its parent
        }
        if self.positions[order.position as usize].is_spot {
            return self.set_aside(slot, leaves);
        }
        // The gate keeps the notional of the whole order within an i64.
        let notional = order.gate_price * leaves * self.instruments[order.instrument].unit_value;
        self.accounts[order.account].scope.order_notional += i128::from(notional);
        if order.strategy != NONE {
            self.strategies[order.strategy].scope.order_notional += i128::from(notional);
        }
        self.positions[order.position as usize].open_leaves[order.side as usize] += leaves;
    }

    /// An open order, of the desk or of a member.
    #[inline]
    pub(super) fn open_order(&self, order_id: u64) -> Option<OpenOrder> {
        let same = |slot| order_id_at(slot, &self.desk_orders, &self.resting) == order_id;
        let slot = self.order_index.find(hash_of_id(order_id), &order_id, same)?;
        Some(member_slot(slot).map_or(OpenOrder::Desk(slot), OpenOrder::Member))
    }

    /// An open order of one account, named by order_id, or by client id where that is 0.
    #[inline]
    pub(super) fn named_order(
        &self,
        account_id: u32,
        order_id: u64,
        client_id: Text<'_>,
    ) -> Option<OpenOrder> {
        let account = self.accounts.index_of(account_id)?;
        if order_id == 0 {
            return self.order_by_client_id(account, client_id).map(OpenOrder::Desk);
        }
        self.open_order(order_id).filter(|open| match *open {
            OpenOrder::Desk(slot) => self.desk_orders[slot].account == account,
            OpenOrder::Member(slot) => self.resting[slot].account == account,
        })
    }

    fn order_by_client_id(&self, account: u32, text: Text<'_>) -> Option<u32> {
        let client_id = ClientId::parse(text).filter(|client_id| !client_id.is_empty())?;
        match self.accounts[account].client_ids.find(&client_id, &self.desk_orders)? {
            Found::Open(slot) => Some(slot),
            Found::Closed(_) => None,
        }
    }

    /// A member's order begins to rest.
    #[inline]
    pub(super) fn index_member_order(&mut self, slot: u32) {
        self.index_order(self.resting[slot].order_id, slot | MEMBER);
    }

    #[inline]
    fn index_order(&mut self, order_id: u64, slot: u32) {
        let (desk_orders, resting) = (&self.desk_orders, &self.resting);
        let key_of = |slot| order_id_at(slot, desk_orders, resting);
        self.order_index.insert(hash_of_id(order_id), order_id, slot, key_of);
    }

    /// A member's order rests no longer.
    #[inline]
    pub(super) fn forget_member_order(&mut self, slot: u32) {
        let order_id = self.resting[slot].order_id;
        self.order_index.remove(hash_of_id(order_id), &order_id, slot | MEMBER);
    }

    /// What the NewOrder of an open order said.
    #[inline]
    pub(super) fn first_content(&self, slot: u32) -> OrderContent {
        let order = &self.desk_orders[slot];
        OrderContent {
            instrument_id: self.instruments[order.instrument].id,
            strategy_id: self.strategy_id(order.strategy),
            side: order.side,
            order_type: order.order_type,
            time_in_force: order.time_in_force,
            flags: order.flags,
            price: order.first_price,
            qty: order.first_qty,
            expire_ns: order.expire_ns,
            is_instructed: order.is_instructed,
        }
    }

    /// 0 where there is no strategy.
    #[inline]
    pub(super) fn strategy_id(&self, index: u32) -> u32 {
        if index == NONE { 0 } else { self.strategies[index].id }
    }
}

/// The id of the order that a slot of the order index stands for.
#[inline]
fn order_id_at(slot: u32, desk_orders: &Slab<DeskOrder>, resting: &RestingOrders) -> u64 {
    match member_slot(slot) {
        Some(slot) => resting[slot].order_id,
        None => desk_orders[slot].order_id,
    }
}

/// The slot at the venue, for an entry of the order index that is a member's.
pub(super) const fn member_slot(slot: u32) -> Option<u32> {
    if slot & MEMBER == 0 { None } else { Some(slot & !MEMBER) }
}

#[inline]
fn content_of(order: &NewOrder<'_>, instructions: Option<&Instructions>) -> OrderContent {
    OrderContent {
        instrument_id: order.instrument_id,
        strategy_id: order.strategy_id,
        side: order.side,
        order_type: order.order_type,
        time_in_force: order.time_in_force,
        flags: order.flags,
        price: order.price,
        qty: order.qty,
        expire_ns: order.expire_ns,
        is_instructed: instructions.is_some(),
    }
}

#[inline(always)]
fn desk_order(order_id: u64, approved: &Approved, order: &NewOrder<'_>, client_id: ClientId) -> DeskOrder {
    DeskOrder {
        order_id,
        instrument: approved.instrument,
        account: approved.account,
        strategy: approved.strategy,
        position: approved.position,
        resting: NONE,
        newer: NONE,
        older: NONE,
        side: order.side,
        order_type: order.order_type,
        time_in_force: order.time_in_force,
        flags: order.flags,
        status: OrderStatus::PendingNew,
        is_instructed: false,
        is_enlisted: false,
        price: order.price,
        qty: order.qty,
        first_price: order.price,
        first_qty: order.qty,
        filled_qty: 0,
        gate_price: approved.gate_price,
        pending_price: 0,
        pending_qty: 0,
        expire_ns: order.expire_ns,
        last_exec_id: 0,
        filled_value: 0,
        commission: 0,
        client_id,
    }
}
