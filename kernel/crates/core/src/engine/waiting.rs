//! Orders that wait at the venue for their trigger. They have a slot among the venue's orders, but are in no book.

use cambist_wire::events::OrderTriggered;
use cambist_wire::snapshot::{RestingRow, WaitingRow};
use cambist_wire::{OrderStatus, OrderType, TimeInForce, reasons};

use super::Engine;
use super::matching::Taker;
use super::venue::must_fill;
use crate::resting::Resting;
use crate::slab::NONE;
use crate::trailing::Distance;
use crate::triggers::{Terms, Triggered};

impl Engine {
    /// Whether an order of the venue waits for its trigger.
    #[inline]
    pub(super) fn awaits_trigger(&self, slot: u32) -> bool {
        let node = &self.resting.nodes[slot];
        node.is_instructed && !node.was_pushed() && self.resting[slot].order_type().waits()
    }

    /// Whether an order stands in a book for all to see.
    #[inline]
    pub(super) fn is_seen(&self, slot: u32) -> bool {
        !self.awaits_trigger(slot) && !self.is_parked(slot)
    }

    /// An order that has arrived begins to wait.
    #[cold]
    pub(super) fn wait(&mut self, taker: &Taker) {
        let slot = self.new_resting(taker);
        let trigger_price = self.instructions.of(taker.order_id).trigger_price;
        self.begin_waiting(slot, trigger_price);
        self.note_change(taker.instrument);
    }

    /// Waiting no longer: it triggers, or ends.
    pub(super) fn stop_waiting(&mut self, slot: u32) {
        let index = self.resting[slot].instrument;
        if let Some(triggers) = &mut self.instruments[index].triggers {
            triggers.remove(slot);
        }
        self.drop_empty_triggers(index);
    }

    /// Amend an order that waits. Without a limit price its trigger price is meant.
    pub(super) fn amend_waiting(&mut self, slot: u32, price: i64, qty: i64) {
        let order = &mut self.resting[slot];
        order.qty = qty;
        self.resting.nodes[slot].leaves = qty;
        let order = &mut self.resting[slot];
        if order.order_type().is_priced() {
            order.price = price;
        } else if order.order_type().is_amended_by_trigger()
            && let Some(triggers) = &mut self.instruments[order.instrument].triggers
        {
            triggers.change_price(slot, price);
        }
        let index = self.resting[slot].instrument;
        self.note_change(index);
    }

    /// The trigger price of an order as it is now; 0 where it waits for none.
    pub(super) fn trigger_price(&self, slot: u32) -> i64 {
        let triggers = &self.instruments[self.resting[slot].instrument].triggers;
        triggers.as_ref().map_or(0, |triggers| triggers.state_of(slot).0)
    }

    /// What an order waited for has come: it enters the market as what it was waiting to be.
    pub(super) fn trigger(&mut self, triggered: Triggered) {
        let order = self.resting[triggered.slot];
        self.output.emit(&OrderTriggered {
            order_id: order.order_id,
            instrument_id: self.instruments[order.instrument].id,
            account_id: self.accounts[order.account].id,
            trigger_price: triggered.trigger_price,
            seen_price: triggered.seen_price,
        });
        if order.desk != NONE {
            self.desk_orders[order.desk].status = OrderStatus::Triggered;
        }
        let mut taker = self.taker_of(triggered.slot);
        match self.check_triggered(&order) {
            Ok(price) => {
                if price != taker.price {
                    self.take_price(&mut taker, price);
                }
                self.enter(taker);
            }
            Err(reason) => self.cancel_taker(&taker, reason),
        }
    }

    /// The price at which a triggered order enters.
    fn check_triggered(&self, order: &Resting) -> Result<i64, u32> {
        if !order.order_type().is_priced() {
            return Ok(order.price);
        }
        let mark = self.instruments[order.instrument].mark();
        self.check_band(order.instrument, mark, order.price)?;
        self.check_price_limit(order.instrument, order.side, order.price)?;
        let price = self.admitted_price(order.instrument, order.side, order.flags, order.price, order.qty);
        price.ok_or(reasons::POST_ONLY_WOULD_CROSS)
    }

    fn taker_of(&self, slot: u32) -> Taker {
        let order = self.resting[slot];
        let instructions = self.instructions.of(order.order_id);
        let time_in_force = match order.time_in_force {
            TimeInForce::Fok => TimeInForce::Fok,
            _ if !order.order_type().may_rest() => TimeInForce::Ioc,
            lasting => lasting,
        };
        Taker {
            order_id: order.order_id,
            account: order.account,
            instrument: order.instrument,
            desk: order.desk,
            resting: slot,
            side: order.side,
            order_type: order.order_type(),
            time_in_force,
            flags: order.flags,
            is_instructed: true,
            price: order.price,
            limit: self.limit_of(order.instrument, order.side, order.order_type(), order.price),
            qty: order.qty,
            leaves: order.qty,
            must_fill: must_fill(time_in_force, order.qty, Some(&instructions)),
            expire_ns: order.expire_ns,
        }
    }

    /// Put an order into the trigger book of its instrument. `price` is its trigger price, or the best value that a
    /// trailing stop has seen.
    fn begin_waiting(&mut self, slot: u32, price: i64) {
        let order = self.resting[slot];
        let instructions = self.instructions.of(order.order_id);
        let terms = Terms {
            order_id: order.order_id,
            side: order.side,
            order_type: order.order_type(),
            source: instructions.trigger_source,
            distance: Distance { offset: instructions.offset, unit: instructions.offset_unit },
            price,
        };
        self.instruments[order.instrument].triggers.get_or_insert_default().add(slot, terms);
    }

    /// Where nothing waits any more, nothing needs to be noted.
    pub(super) fn drop_empty_triggers(&mut self, index: u32) {
        let triggers = &mut self.instruments[index].triggers;
        if triggers.as_ref().is_some_and(|triggers| triggers.is_empty() && !triggers.is_noted) {
            *triggers = None;
        }
    }

    pub(super) fn waiting_rows(&self) -> Vec<WaitingRow> {
        let mut rows = Vec::new();
        for index in self.instruments.by_id() {
            let instrument = &self.instruments[index];
            let Some(triggers) = &instrument.triggers else { continue };
            rows.extend(triggers.slots().map(|slot| {
                let order = &self.resting[slot];
                let (trigger_price, best_price) = triggers.state_of(slot);
                WaitingRow {
                    order_id: order.order_id,
                    instrument_id: instrument.id,
                    account_id: self.accounts[order.account].id,
                    side: order.side,
                    order_type: order.order_type(),
                    time_in_force: order.time_in_force,
                    flags: order.flags,
                    price: order.price,
                    qty: order.qty,
                    expire_ns: order.expire_ns,
                    trigger_price,
                    best_price,
                }
            }));
        }
        rows.sort_unstable_by_key(|row| row.order_id);
        rows
    }

    pub(super) fn restore_waiting(&mut self, row: &WaitingRow) -> Option<()> {
        let order = self.resting_of(&RestingRow {
            order_id: row.order_id,
            instrument_id: row.instrument_id,
            account_id: row.account_id,
            side: row.side,
            order_type: row.order_type,
            time_in_force: row.time_in_force,
            flags: row.flags,
            price: row.price,
            qty: row.qty,
            leaves_qty: row.qty,
            displayed_qty: 0,
            expire_ns: row.expire_ns,
        })?;
        if !row.order_type.waits() || !self.instructions.holds(row.order_id) {
            return None;
        }
        let slot = self.add_resting(order, row.qty);
        self.mark_instructed(slot);
        let is_trailing = row.order_type == OrderType::TrailingStop;
        self.begin_waiting(slot, if is_trailing { row.best_price } else { row.trigger_price });
        Some(())
    }
}
