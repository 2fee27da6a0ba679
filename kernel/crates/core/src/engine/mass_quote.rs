//! MassQuote: first all that leaves, then all that comes.

use cambist_wire::commands::{NewOrder, ReplaceOrder};
use cambist_wire::participants::{MassQuote, QUOTES_MAX, QuoteAccepted, QuoteEntry, QuoteRejected};
use cambist_wire::{OrderFlags, OrderType, Side, Text, TimeInForce, reasons};

use super::Engine;
use super::gate::check_form;
use super::orders::OpenOrder;
use crate::quotes::{QuoteKey, quote_order_id};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

impl Engine {
    /// Refuse it whole, or replace quote by quote.
    pub(super) fn mass_quote(&mut self, command: &MassQuote<'_>) {
        let account = self.accounts.index_of(command.account_id);
        let is_member = account.is_some_and(|index| !self.accounts[index].is_desk());
        let strategy_id = if is_member { 0 } else { command.strategy_id };
        let checked = self.check_quote_names(command, account);
        let checked = checked.and_then(|account| {
            let entries = check_quotes(command, self.output.now_ns)?;
            let is_pulled = self.protections.are_quotes_pulled(command.account_id, command.instrument_id);
            if is_pulled { Err(reasons::QUOTES_PROTECTED) } else { Ok((account, entries)) }
        });
        match checked {
            Ok((account, entries)) => self.replace_quotes(command, account, strategy_id, entries),
            Err(reason) => self.output.emit(&QuoteRejected {
                account_id: command.account_id,
                strategy_id,
                instrument_id: command.instrument_id,
                reason,
            }),
        }
    }

    fn check_quote_names(&mut self, command: &MassQuote<'_>, account: Option<u32>) -> Result<u32, u32> {
        let account = account.ok_or(reasons::UNKNOWN_ACCOUNT)?;
        if !self.admits_message(account) {
            return Err(reasons::MESSAGE_RATE_LIMIT);
        }
        let instrument =
            self.instruments.index_of(command.instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        if !self.instruments[instrument].is_internal() {
            return Err(reasons::NOT_OFFERED);
        }
        if self.accounts[account].is_desk() && command.strategy_id != 0 {
            self.strategy_of(account, command.strategy_id).ok_or(reasons::UNKNOWN_STRATEGY)?;
        }
        Ok(account)
    }

    fn replace_quotes(
        &mut self,
        command: &MassQuote<'_>,
        account: u32,
        strategy_id: u32,
        entries: impl Iterator<Item = QuoteEntry> + Clone,
    ) {
        let key = |entry: &QuoteEntry| QuoteKey {
            account_id: command.account_id,
            strategy_id,
            instrument_id: command.instrument_id,
            quote_id: entry.quote_id,
        };
        let mut is_to_come = [[false; 2]; QUOTES_MAX];
        for (place, entry) in entries.clone().enumerate() {
            is_to_come[place] = self.make_room(&key(&entry), place, &entry);
        }
        for (place, entry) in entries.enumerate() {
            for side in SIDES.into_iter().filter(|side| is_to_come[place][*side as usize]) {
                let order_id = quote_order_id(self.sequence, place, side);
                self.enter_quote(account, order_id, &quote_order(command, &entry, side));
                if self.open_order(order_id).is_some() {
                    self.quotes.put(key(&entry), side, order_id);
                }
            }
        }
    }

    /// State a quote and take back what does not stand any more; gives the sides that are still to come.
    fn make_room(&mut self, key: &QuoteKey, place: usize, entry: &QuoteEntry) -> [bool; 2] {
        let mut is_to_come = [false; 2];
        let mut ids = [0; 2];
        for side in SIDES {
            if entry.qty(side) != 0 {
                is_to_come[side as usize] = self.standing_leaves(key, entry, side).is_none();
                ids[side as usize] = match is_to_come[side as usize] {
                    true => quote_order_id(self.sequence, place, side),
                    false => self.quotes.order_id(key, side),
                };
            }
        }
        self.output.emit(&QuoteAccepted {
            account_id: key.account_id,
            strategy_id: key.strategy_id,
            instrument_id: key.instrument_id,
            quote_id: key.quote_id,
            bid_order_id: ids[0],
            ask_order_id: ids[1],
        });
        for side in SIDES {
            self.take_back(key, entry, side);
        }
        is_to_come
    }

    /// Where a side of a quote rests.
    fn quote_slot(&self, key: &QuoteKey, side: Side) -> Option<u32> {
        Some(match self.open_order(self.quotes.order_id(key, side))? {
            OpenOrder::Desk(slot) => self.desk_orders[slot].resting,
            OpenOrder::Member(slot) => slot,
        })
    }

    /// What is open of the order that may stand for a side: the same price, and no more quantity than it has.
    fn standing_leaves(&self, key: &QuoteKey, entry: &QuoteEntry, side: Side) -> Option<i64> {
        let slot = self.quote_slot(key, side)?;
        let leaves = self.leaves_of(slot);
        let stands = self.resting[slot].price == entry.price(side) && (1..=leaves).contains(&entry.qty(side));
        stands.then_some(leaves)
    }

    fn take_back(&mut self, key: &QuoteKey, entry: &QuoteEntry, side: Side) {
        let Some(slot) = self.quote_slot(key, side) else { return };
        let Some(leaves) = self.standing_leaves(key, entry, side) else {
            let is_replaced = entry.qty(side) != 0;
            let reason = if is_replaced { reasons::QUOTE_REPLACED } else { reasons::REQUESTED };
            return self.cancel_resting(slot, reason);
        };
        let given_back = leaves - entry.qty(side);
        if given_back > 0 {
            let order = self.resting[slot];
            let smaller = ReplaceOrder {
                account_id: key.account_id,
                flags: OrderFlags::NONE,
                order_id: order.order_id,
                price: order.price,
                qty: order.qty - given_back,
                client_order_id: Text::EMPTY,
            };
            self.apply_replacement(slot, &smaller, true);
        }
    }

    /// One of a quote's orders, like any other but for its id: what makes an order takes the sequence for it.
    fn enter_quote(&mut self, account: u32, order_id: u64, order: &NewOrder<'_>) {
        let sequence = std::mem::replace(&mut self.sequence, order_id);
        if self.protections.are_quotes_pulled(order.account_id, order.instrument_id) {
            self.refuse_message(account, order, None, reasons::QUOTES_PROTECTED);
        } else {
            self.place_order(account, order, None);
        }
        self.sequence = sequence;
    }
}

/// The entries, where flags and every entry are sound.
fn check_quotes<'a>(
    command: &MassQuote<'a>,
    now_ns: i64,
) -> Result<impl Iterator<Item = QuoteEntry> + Clone + 'a, u32> {
    let flags = command.flags;
    if flags.price_inexact() {
        return Err(reasons::PRICE_PRECISION);
    }
    if flags.qty_inexact() {
        return Err(reasons::QTY_PRECISION);
    }
    if flags.hidden() || flags.reduce_only() {
        return Err(reasons::INVALID_FLAGS);
    }
    let entries = QuoteEntry::all(command.quotes).ok_or(reasons::INVALID_QUOTE)?;
    for (place, entry) in entries.clone().enumerate() {
        let mut earlier = entries.clone().take(place);
        if entry.quote_id == 0 || earlier.any(|other| other.quote_id == entry.quote_id) {
            return Err(reasons::INVALID_QUOTE);
        }
        for side in SIDES.into_iter().filter(|side| entry.qty(*side) != 0) {
            check_form(&quote_order(command, &entry, side), now_ns, false)?;
        }
        if entry.bid_qty != 0 && entry.ask_qty != 0 && entry.bid_price >= entry.ask_price {
            return Err(reasons::INVALID_QUOTE);
        }
    }
    Ok(entries)
}

const fn quote_order(command: &MassQuote<'_>, entry: &QuoteEntry, side: Side) -> NewOrder<'static> {
    NewOrder {
        instrument_id: command.instrument_id,
        account_id: command.account_id,
        strategy_id: command.strategy_id,
        side,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Gtc,
        flags: command.flags,
        price: entry.price(side),
        qty: entry.qty(side),
        expire_ns: 0,
        client_order_id: Text::EMPTY,
    }
}
