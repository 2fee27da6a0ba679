//! Our venue: its own gate, how orders enter, and what rests.

use cambist_wire::commands::NewOrder;
use cambist_wire::events::{OrderAccepted, OrderCanceled, OrderRejected, OrderReplaced};
use cambist_wire::{MAX_PRICE, OrderFlags, OrderStatus, OrderType, Phase, Side, TimeInForce, reasons};

use super::Engine;
use super::gate::check_form;
use super::instructed::check_instructions;
use super::matching::Taker;
use crate::instructions::Instructions;
use crate::quotes::is_quote;
use crate::resting::Resting;
use crate::slab::NONE;

impl Engine {
    /// Send one of the desk's orders to the venue.
    #[inline]
    pub(super) fn route(&mut self, slot: u32, instructions: Option<&Instructions>) {
        let order = self.desk_orders[slot];
        let instrument = &self.instruments[order.instrument];
        let min_qty = instructions.map_or(0, |asked| asked.min_qty);
        let refused = self.phase_reason(
            order.instrument,
            order.order_type,
            order.time_in_force,
            order.flags.post_only() || min_qty > 0,
        );
        let outside = match order.order_type {
            OrderType::Limit => self.check_price_limit(order.instrument, order.side, order.price).err(),
            _ => None,
        };
        let reason = if let Some(reason) = refused.or(outside) {
            reason
        } else if let Some(price) = self.arrival_price(
            order.instrument,
            order.side,
            order.order_type,
            order.flags,
            order.price,
            order.qty,
        ) {
            self.desk_orders[slot].status = OrderStatus::New;
            let taker = Taker {
                order_id: order.order_id,
                account: order.account,
                instrument: order.instrument,
                desk: slot,
                resting: NONE,
                side: order.side,
                order_type: order.order_type,
                time_in_force: order.time_in_force,
                flags: order.flags,
                is_instructed: instructions.is_some(),
                price: order.price,
                limit: self.limit_of(order.instrument, order.side, order.order_type, order.price),
                qty: order.qty,
                leaves: order.qty,
                must_fill: must_fill(order.time_in_force, order.qty, instructions),
                expire_ns: order.expire_ns,
            };
            return self.accept(taker, price);
        } else {
            reasons::POST_ONLY_WOULD_CROSS
        };
        self.output.emit(&OrderRejected {
            order_id: order.order_id,
            instrument_id: instrument.id,
            account_id: self.accounts[order.account].id,
            reason,
        });
        if order.is_instructed {
            self.spare_siblings(slot);
        }
        self.close(slot);
    }

    /// An order of a member of the venue.
    pub(super) fn member_order(
        &mut self,
        account: u32,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
    ) {
        match self.check_member_order(order, instructions) {
            Ok((instrument, price)) => {
                self.state_instructions(order, instructions);
                self.keep_instructions(instructions);
                let taker = Taker {
                    order_id: self.sequence,
                    account,
                    instrument,
                    desk: NONE,
                    resting: NONE,
                    side: order.side,
                    order_type: order.order_type,
                    time_in_force: order.time_in_force,
                    flags: order.flags,
                    is_instructed: instructions.is_some(),
                    price: order.price,
                    limit: self.limit_of(instrument, order.side, order.order_type, order.price),
                    qty: order.qty,
                    leaves: order.qty,
                    must_fill: must_fill(order.time_in_force, order.qty, instructions),
                    expire_ns: order.expire_ns,
                };
                self.accept(taker, price);
            }
            Err(reason) => self.output.emit(&OrderRejected {
                order_id: self.sequence,
                instrument_id: order.instrument_id,
                account_id: order.account_id,
                reason,
            }),
        }
    }

    /// Instrument and price of a member's order that is admitted.
    fn check_member_order(
        &self,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
    ) -> Result<(u32, i64), u32> {
        let index = self.instruments.index_of(order.instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        let instrument = &self.instruments[index];
        if !instrument.is_internal() {
            return Err(reasons::UNKNOWN_INSTRUMENT);
        }
        let is_bound = order.flags.post_only() || instructions.is_some_and(|asked| asked.min_qty > 0);
        let refused = self.phase_reason(index, order.order_type, order.time_in_force, is_bound);
        refused.map_or(Ok(()), Err)?;
        check_form(order, self.output.now_ns, true)?;
        check_instructions(order, instructions, true)?;
        if order.order_type.may_be_priced() {
            instrument.notional(order.price, order.qty).ok_or(reasons::NOTIONAL_OVERFLOW)?;
        }
        if order.qty > instrument.max_order_qty {
            return Err(reasons::ORDER_QTY_LIMIT);
        }
        if order.order_type == OrderType::Limit {
            self.check_band(index, instrument.mark(), order.price)?;
            self.check_price_limit(index, order.side, order.price)?;
        }
        let price =
            self.arrival_price(index, order.side, order.order_type, order.flags, order.price, order.qty);
        Ok((index, price.ok_or(reasons::POST_ONLY_WOULD_CROSS)?))
    }

    /// The price at which an order arrives: what waits is not near any book yet.
    #[inline]
    fn arrival_price(
        &self,
        index: u32,
        side: Side,
        order_type: OrderType,
        flags: OrderFlags,
        price: i64,
        qty: i64,
    ) -> Option<i64> {
        if order_type.waits() { Some(price) } else { self.admitted_price(index, side, flags, price, qty) }
    }

    /// The price at which an order is admitted: its own, or for a crossing post_only order that may be repriced one
    /// tick behind the opposite best. None: it is not admitted.
    #[inline]
    pub(super) fn admitted_price(
        &self,
        index: u32,
        side: Side,
        flags: OrderFlags,
        price: i64,
        qty: i64,
    ) -> Option<i64> {
        if !flags.post_only() || !self.would_cross(index, side, price) {
            return Some(price);
        }
        if !flags.reprice() {
            return None;
        }
        let instrument = &self.instruments[index];
        let price = instrument.book.best(side.opposite())? - side.sign();
        let (low, high) = instrument.band(instrument.mark());
        instrument.notional(price, qty)?;
        (low..=high).contains(&price).then_some(price)
    }

    /// Whether an order would trade at once.
    #[inline]
    pub(super) fn would_cross(&self, instrument: u32, side: Side, price: i64) -> bool {
        self.instruments[instrument].book.first_against(side, price).is_some()
    }

    /// The worst price a taker trades at; one that nothing is within, where there is none for MARKET_TO_LIMIT.
    #[inline]
    pub(super) fn limit_of(&self, index: u32, side: Side, order_type: OrderType, price: i64) -> i64 {
        if order_type.is_priced() {
            return price;
        }
        let instrument = &self.instruments[index];
        let (low, high) = instrument.band(instrument.mark());
        let best = instrument.book.best(side.opposite());
        let best = best.filter(|price| self.check_price_limit(index, side, *price).is_ok());
        match (order_type, side) {
            (OrderType::MarketToLimit, Side::Buy) => best.filter(|price| *price <= high).unwrap_or(0),
            (OrderType::MarketToLimit, Side::Sell) => best.filter(|price| *price >= low).unwrap_or(i64::MAX),
            (_, Side::Buy) => high,
            (_, Side::Sell) => low,
        }
    }

    #[inline]
    fn accept(&mut self, mut taker: Taker, price: i64) {
        self.output.emit(&OrderAccepted {
            order_id: taker.order_id,
            instrument_id: self.instruments[taker.instrument].id,
            account_id: self.accounts[taker.account].id,
        });
        if taker.order_type.waits() {
            return self.wait(&taker);
        }
        if taker.order_type == OrderType::Pegged {
            return self.begin_pegging(&taker);
        }
        if price != taker.price {
            self.take_price(&mut taker, price);
        }
        self.enter(taker);
    }

    /// The venue prices an arriving order.
    #[cold]
    pub(super) fn take_price(&mut self, taker: &mut Taker, price: i64) {
        taker.price = price;
        taker.limit = price;
        self.output.emit(&OrderReplaced {
            order_id: taker.order_id,
            instrument_id: self.instruments[taker.instrument].id,
            account_id: self.accounts[taker.account].id,
            price,
            qty: taker.qty,
            leaves_qty: taker.leaves,
            kept_priority: false,
        });
        if taker.desk != NONE {
            self.change_form(taker.desk, price, taker.qty);
        }
    }

    /// Match, then cancel or rest what is left, then state the deltas. Where there is an auction, collect instead.
    #[inline]
    pub(super) fn enter(&mut self, mut taker: Taker) {
        let instrument = &self.instruments[taker.instrument];
        if instrument.phase != Phase::Continuous || taker.time_in_force == TimeInForce::AtClose {
            return self.collect(&taker);
        }
        if instrument.is_guarded {
            return self.enter_guarded(taker);
        }
        let end = if taker.must_fill > 0 && !self.can_fill(&taker) {
            Some(unfillable_reason(taker.time_in_force))
        } else {
            self.match_taker(&mut taker)
        };
        self.settle_taker(&mut taker, end);
        self.state_deltas(taker.instrument);
        self.pull_quotes();
    }

    /// What becomes of an order after matching, which may say why it must end.
    #[inline]
    pub(super) fn settle_taker(&mut self, taker: &mut Taker, end: Option<u32>) {
        if taker.leaves == 0 {
            self.forget_taker(taker);
        } else if let Some(reason) = end {
            self.cancel_taker(taker, reason);
        } else if taker.time_in_force.may_rest() {
            if taker.price == 0 {
                self.rest_at_limit(taker);
            } else {
                self.rest(taker);
            }
        } else {
            self.cancel_taker(taker, reasons::UNFILLED_REMAINDER);
        }
    }

    /// What is left of a MARKET_TO_LIMIT order takes the price at which it could trade, and rests.
    #[cold]
    fn rest_at_limit(&mut self, taker: &mut Taker) {
        let price = taker.limit;
        if !(1..=MAX_PRICE).contains(&price) {
            return self.cancel_taker(taker, reasons::UNFILLED_REMAINDER);
        }
        let instrument = &self.instruments[taker.instrument];
        if instrument.notional(price, taker.leaves).is_none() {
            return self.cancel_taker(taker, reasons::NOTIONAL_OVERFLOW);
        }
        self.take_price(taker, price);
        self.rest(taker);
    }

    pub(super) fn cancel_taker(&mut self, taker: &Taker, reason: u32) {
        self.output.emit(&OrderCanceled {
            order_id: taker.order_id,
            instrument_id: self.instruments[taker.instrument].id,
            account_id: self.accounts[taker.account].id,
            reason,
            canceled_qty: taker.leaves,
        });
        self.forget_taker(taker);
        if taker.desk != NONE {
            self.close(taker.desk);
        }
    }

    /// An order that entered has ended: give back what the venue holds of it.
    #[inline]
    fn forget_taker(&mut self, taker: &Taker) {
        if taker.resting != NONE {
            self.drop_resting(taker.resting);
        } else if taker.is_instructed {
            self.forget_member_instructions(taker.desk, taker.order_id);
        }
    }

    #[inline]
    pub(super) fn rest(&mut self, taker: &Taker) {
        let slot = if taker.resting == NONE { self.new_resting(taker) } else { taker.resting };
        let order = &mut self.resting[slot];
        order.price = taker.price;
        order.qty = taker.qty;
        let nodes = &mut self.resting.nodes;
        nodes[slot].leaves = taker.leaves;
        if nodes[slot].is_iceberg {
            self.show_slice(slot, taker.leaves);
        }
        let nodes = &mut self.resting.nodes;
        self.instruments[taker.instrument].book.push(nodes, slot, taker.side, taker.price);
        if taker.order_type == OrderType::Pegged {
            let order = self.resting[slot];
            self.show_peg(&order);
        }
        if !taker.flags.hidden() {
            self.touch(taker.side, taker.price);
        }
    }

    #[inline]
    pub(super) fn new_resting(&mut self, taker: &Taker) -> u32 {
        let mut order = Resting::new(taker.order_id, taker.side, taker.price, taker.qty);
        order.expire_ns = taker.expire_ns;
        order.instrument = taker.instrument;
        order.account = taker.account;
        order.desk = taker.desk;
        order.set_order_type(taker.order_type);
        order.time_in_force = taker.time_in_force;
        order.flags = taker.flags;
        let slot = self.add_resting(order, taker.leaves);
        if taker.is_instructed {
            self.mark_instructed(slot);
        }
        slot
    }

    /// Give a resting order its slot, its place in its owner's list, and its timer; not its place in the book.
    #[inline]
    pub(super) fn add_resting(&mut self, order: Resting, leaves: i64) -> u32 {
        let slot = self.resting.insert(order, leaves);
        if order.desk == NONE {
            self.index_member_order(slot);
            let account = &mut self.accounts[order.account];
            self.resting[slot].older = account.newest;
            match account.newest {
                NONE => account.oldest = slot,
                newest => self.resting[newest].newer = slot,
            }
            account.newest = slot;
        } else {
            self.desk_orders[order.desk].resting = slot;
            self.enlist(order.desk);
        }
        if order.expire_ns > 0 {
            self.expiries.arm(order.expire_ns, order.order_id);
            self.wake_at(order.expire_ns);
        }
        if order.time_in_force == TimeInForce::Day {
            self.day_orders.insert((order.instrument, order.order_id));
        }
        slot
    }

    /// Give the slot of an order back that is in no book any more.
    #[inline]
    pub(super) fn drop_resting(&mut self, slot: u32) {
        let order = self.resting[slot];
        if order.desk == NONE {
            if self.resting.nodes[slot].is_instructed {
                self.instructions.remove(order.order_id);
            }
            self.forget_member_order(slot);
            match order.newer {
                NONE => self.accounts[order.account].newest = order.older,
                newer => self.resting[newer].older = order.older,
            }
            match order.older {
                NONE => self.accounts[order.account].oldest = order.newer,
                older => self.resting[older].newer = order.newer,
            }
        } else {
            self.desk_orders[order.desk].resting = NONE;
        }
        if order.order_type() == OrderType::Pegged {
            self.forget_peg(&order);
        }
        self.resting.free(slot);
        if is_quote(order.order_id) {
            self.quotes.end(order.order_id);
        }
        if order.expire_ns > 0 {
            self.note_timer_end();
        }
        if order.time_in_force == TimeInForce::Day {
            self.day_orders.remove(&(order.instrument, order.order_id));
        }
    }

    /// Take an order out of its book, or of those that wait; gives what it was, and what was open of it.
    #[inline]
    pub(super) fn leave_book(&mut self, slot: u32) -> (Resting, i64) {
        let order = self.resting[slot];
        if self.awaits_trigger(slot) {
            self.stop_waiting(slot);
            return (order, self.leaves_of(slot));
        }
        if self.is_parked(slot) {
            return (order, self.leaves_of(slot));
        }
        if order.order_type() == OrderType::Pegged {
            self.hide_peg(&order);
        }
        let instrument = &mut self.instruments[order.instrument];
        instrument.place_of(&order).unlink(&mut self.resting.nodes, slot);
        if instrument.is_collecting || instrument.is_guarded {
            self.note_session(order.instrument);
        }
        (order, self.leaves_of(slot))
    }
}

/// How much of an order must trade at once: all of it, its min_qty, or nothing.
#[inline]
pub(super) fn must_fill(time_in_force: TimeInForce, qty: i64, instructions: Option<&Instructions>) -> i64 {
    if time_in_force == TimeInForce::Fok {
        qty
    } else {
        instructions.map_or(0, |asked| asked.min_qty.min(qty))
    }
}

/// Why an order ends that did not find what it must.
#[cold]
pub(super) const fn unfillable_reason(time_in_force: TimeInForce) -> u32 {
    if matches!(time_in_force, TimeInForce::Fok) {
        reasons::FOK_UNFILLABLE
    } else {
        reasons::MIN_QTY_UNAVAILABLE
    }
}
