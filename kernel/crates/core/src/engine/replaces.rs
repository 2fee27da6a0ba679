//! ReplaceOrder: the desk's checks, the venue's, and what a replacement does.

use cambist_wire::commands::ReplaceOrder;
use cambist_wire::events::{OrderReplaced, ReplaceRejected, ReplaceSubmitted};
use cambist_wire::{MAX_PRICE, MAX_QTY, OrderStatus, OrderType, Text, TradingState, reasons};

use super::Engine;
use super::gate::Demand;
use super::instructed::check_slices;
use super::matching::Taker;
use super::orders::OpenOrder;

impl Engine {
    pub(super) fn replace_order(&mut self, replace: &ReplaceOrder<'_>) {
        if self.accounts.index_of(replace.account_id).is_some_and(|account| !self.admits_message(account)) {
            return self.reject_replace(replace, replace.order_id, reasons::MESSAGE_RATE_LIMIT);
        }
        let result = match self.named_order(replace.account_id, replace.order_id, replace.client_order_id) {
            Some(OpenOrder::Desk(slot)) => {
                self.replace_desk(slot, replace).map_err(|reason| (Some(slot), reason))
            }
            Some(OpenOrder::Member(slot)) => {
                self.replace_member(slot, replace).map_err(|reason| (None, reason))
            }
            None => return self.reject_replace(replace, replace.order_id, reasons::ORDER_NOT_OPEN),
        };
        let Err((desk, reason)) = result else { return };
        match desk {
            Some(slot) => {
                let order = &self.desk_orders[slot];
                self.output.emit(&ReplaceRejected {
                    order_id: order.order_id,
                    account_id: replace.account_id,
                    reason,
                    client_order_id: order.client_id.as_text(),
                });
            }
            None => {
                let unnamed = ReplaceOrder { client_order_id: Text::EMPTY, ..*replace };
                self.reject_replace(&unnamed, replace.order_id, reason);
            }
        }
    }

    fn reject_replace(&mut self, replace: &ReplaceOrder<'_>, order_id: u64, reason: u32) {
        self.output.emit(&ReplaceRejected {
            order_id,
            account_id: replace.account_id,
            reason,
            client_order_id: replace.client_order_id,
        });
    }

    fn replace_desk(&mut self, slot: u32, replace: &ReplaceOrder<'_>) -> Result<(), u32> {
        let order = self.desk_orders[slot];
        if order.status.is_in_flight() || order.status == OrderStatus::Suspended {
            return Err(reasons::INVALID_TRANSITION);
        }
        if replace.flags.price_inexact() {
            return Err(reasons::PRICE_PRECISION);
        }
        if replace.flags.qty_inexact() {
            return Err(reasons::QTY_PRECISION);
        }
        check_replacement(replace, order.order_type, order.filled_qty)?;
        if order.is_instructed {
            check_slices(self.instructions.of(order.order_id).display_qty, replace.qty)?;
        }
        let state = self.check_permission(order.account, order.strategy)?;
        let present_price = if order.order_type == OrderType::Pegged {
            self.peg_limit(order.resting)
        } else {
            order.present_price()
        };
        let is_shrink = replace.price == present_price && replace.qty <= order.qty;
        if !is_shrink {
            self.check_new_form(slot, replace, state)?;
        }
        self.take_rate(order.account, order.strategy)?;
        if self.instruments[order.instrument].is_internal() {
            return self.replace_resting(order.resting, replace, is_shrink);
        }
        self.submit_replace(slot, replace);
        Ok(())
    }

    /// The checks of the gate that a replacement meets unless it only shrinks.
    fn check_new_form(&self, slot: u32, replace: &ReplaceOrder<'_>, state: TradingState) -> Result<(), u32> {
        let order = &self.desk_orders[slot];
        let instrument = &self.instruments[order.instrument];
        let leaves = replace.qty - order.filled_qty;
        let is_reduce_only = order.flags.reduce_only();
        if !is_reduce_only {
            self.check_reduction(order.position, order.side, leaves - order.leaves(), false, state)?;
        }
        let is_pegged = order.order_type == OrderType::Pegged;
        let gate_price = if replace.price > 0 { replace.price } else { instrument.mark() };
        let notional =
            self.check_bounds(order.instrument, gate_price, replace.qty, leaves, is_reduce_only)?;
        if !order.is_waiting() && !is_pegged {
            self.check_band(order.instrument, instrument.mark(), replace.price)?;
        }
        self.check_limits(&Demand {
            account: order.account,
            strategy: order.strategy,
            position: order.position,
            side: order.side,
            unit_value: instrument.unit_value,
            gate_price,
            qty: leaves,
            notional,
            is_reduce_only,
            old_qty: order.leaves(),
            old_notional: order.gate_price * order.leaves() * instrument.unit_value,
            is_new: false,
        })?;
        if instrument.is_spot() {
            let freed = i128::from(order.leaves()) * instrument.reserve_per_lot(order.side, order.gate_price);
            self.check_funds(order.account, order.instrument, order.side, replace.price, leaves, freed)?;
        }
        Ok(())
    }

    fn submit_replace(&mut self, slot: u32, replace: &ReplaceOrder<'_>) {
        let order = &mut self.desk_orders[slot];
        order.status = OrderStatus::PendingReplace;
        order.pending_price = replace.price;
        order.pending_qty = replace.qty;
        self.output.emit(&ReplaceSubmitted {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: replace.account_id,
            price: replace.price,
            qty: replace.qty,
        });
    }

    fn replace_member(&mut self, slot: u32, replace: &ReplaceOrder<'_>) -> Result<(), u32> {
        let order = self.resting[slot];
        let filled = order.qty - self.leaves_of(slot);
        check_replacement(replace, order.order_type(), filled)?;
        if self.resting.nodes[slot].is_instructed {
            check_slices(self.instructions.of(order.order_id).display_qty, replace.qty)?;
        }
        let is_waiting = self.awaits_trigger(slot);
        let is_pegged = order.order_type() == OrderType::Pegged;
        let present_price = match order.price {
            _ if is_pegged => self.peg_limit(slot),
            _ if order.order_type().is_amended_by_trigger() => self.trigger_price(slot),
            price => price,
        };
        let is_shrink = replace.price == present_price && replace.qty <= order.qty;
        if !is_shrink {
            let instrument = &self.instruments[order.instrument];
            let leaves = replace.qty - filled;
            instrument.notional(replace.price, leaves).ok_or(reasons::NOTIONAL_OVERFLOW)?;
            if replace.qty > instrument.max_order_qty {
                return Err(reasons::ORDER_QTY_LIMIT);
            }
            if !is_waiting && !is_pegged {
                self.check_band(order.instrument, instrument.mark(), replace.price)?;
            }
        }
        self.replace_resting(slot, replace, is_shrink)
    }

    /// The venue's part.
    fn replace_resting(&mut self, slot: u32, replace: &ReplaceOrder<'_>, is_shrink: bool) -> Result<(), u32> {
        let order = self.resting[slot];
        let instrument = &self.instruments[order.instrument];
        if !instrument.phase.takes_orders() {
            return Err(reasons::MARKET_NOT_OPEN);
        }
        if order.order_type() == OrderType::Pegged {
            if instrument.is_collecting && !is_shrink {
                return Err(reasons::NOT_IN_AUCTION);
            }
            self.replace_peg(slot, replace, is_shrink);
            return Ok(());
        }
        if !is_shrink && !self.awaits_trigger(slot) {
            if order.flags.post_only() && instrument.is_collecting {
                return Err(reasons::NOT_IN_AUCTION);
            }
            self.check_price_limit(order.instrument, order.side, replace.price)?;
            if order.flags.post_only() && self.would_cross(order.instrument, order.side, replace.price) {
                return Err(reasons::POST_ONLY_WOULD_CROSS);
            }
        }
        self.apply_replacement(slot, replace, is_shrink);
        Ok(())
    }

    /// Change a resting order, in place or as a new arrival.
    pub(super) fn apply_replacement(&mut self, slot: u32, replace: &ReplaceOrder<'_>, is_shrink: bool) {
        let order = self.resting[slot];
        let leaves = replace.qty - (order.qty - self.leaves_of(slot));
        self.output.emit(&OrderReplaced {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: replace.account_id,
            price: replace.price,
            qty: replace.qty,
            leaves_qty: leaves,
            kept_priority: is_shrink,
        });
        if order.desk != crate::slab::NONE {
            self.change_form(order.desk, replace.price, replace.qty);
        }
        if self.awaits_trigger(slot) {
            self.amend_waiting(slot, replace.price, replace.qty);
        } else if is_shrink {
            self.shrink(slot, replace.qty);
        } else {
            self.enter_again(slot, replace, leaves);
        }
    }

    pub(super) fn shrink(&mut self, slot: u32, qty: i64) {
        let by = self.resting[slot].qty - qty;
        self.resting[slot].qty = qty;
        if by > 0 && self.reduce_in_place(slot, by) {
            let order = self.resting[slot];
            self.state_delta_of(&order);
        }
    }

    fn enter_again(&mut self, slot: u32, replace: &ReplaceOrder<'_>, leaves: i64) {
        let (order, _) = self.leave_book(slot);
        self.touch_level_of(&order);
        let taker = Taker {
            order_id: order.order_id,
            account: order.account,
            instrument: order.instrument,
            desk: order.desk,
            resting: slot,
            side: order.side,
            order_type: order.order_type(),
            time_in_force: order.time_in_force,
            flags: order.flags,
            is_instructed: self.resting.nodes[slot].is_instructed,
            price: replace.price,
            limit: replace.price,
            qty: replace.qty,
            leaves,
            must_fill: 0,
            expire_ns: order.expire_ns,
        };
        self.enter(taker);
    }

    /// Price, quantity and reservation of a desk's order become those of its replacement.
    pub(super) fn change_form(&mut self, slot: u32, price: i64, qty: i64) {
        self.reserve(slot, -self.desk_orders[slot].leaves());
        let order = &mut self.desk_orders[slot];
        if order.order_type.is_amended_by_trigger() {
            if price != 0 {
                order.gate_price = price;
            }
        } else if price != order.price {
            // Else it reserves as before: a MARKET order has no price of its own.
            order.price = price;
            if price > 0 {
                // A pegged order in no book keeps what it reserved.
                order.gate_price = price;
            }
        }
        order.qty = qty;
        self.reserve(slot, self.desk_orders[slot].leaves());
    }
}

/// The form of a replacement, for desk and members alike.
fn check_replacement(replace: &ReplaceOrder<'_>, order_type: OrderType, filled_qty: i64) -> Result<(), u32> {
    let is_price = (1..=MAX_PRICE).contains(&replace.price);
    let fits = match order_type {
        OrderType::Market => false,
        OrderType::TrailingStop => replace.price == 0,
        OrderType::Pegged => is_price || replace.price == 0,
        _ => is_price,
    };
    if !fits {
        return Err(reasons::INVALID_PRICE);
    }
    if !(1..=MAX_QTY).contains(&replace.qty) {
        return Err(reasons::INVALID_QTY);
    }
    if replace.qty <= filled_qty {
        return Err(reasons::QTY_BELOW_FILLED);
    }
    Ok(())
}
