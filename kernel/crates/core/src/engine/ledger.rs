//! What a fill does: commission, position, money, peaks and breaches.

use cambist_wire::events::{LimitBreached, OrderFilled, PositionChanged, PositionClosed, PositionOpened};
use cambist_wire::{Liquidity, Side, reasons};

use super::Engine;
use crate::account::{Account, Fees};
use crate::instrument::Instrument;
use crate::output::Output;
use crate::position::{Realised, Value};
use crate::slab::NONE;
use crate::strategy::Strategy;

pub(super) const MILLION: i64 = 1_000_000;

/// One side of a trade, or what an outside venue reported.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    pub trade_id: u64,
    pub instrument: u32,
    pub price: i64,
    pub qty: i64,
    pub side: Side,
    pub liquidity: Liquidity,
    /// Of the account's commission, in ppm.
    pub rate: i64,
}

impl Fill {
    /// In e8. No order is worth more than an i64 at its own price, and a fill is at the maker's.
    #[inline(always)]
    const fn value(&self, instrument: &Instrument) -> i64 {
        self.price * self.qty * instrument.unit_value
    }
}

impl Engine {
    /// A fill of a member's order.
    #[inline]
    pub(super) fn fill_member(&mut self, fill: &Fill, order_id: u64, account: u32, leaves_qty: i64) {
        let instrument = &self.instruments[fill.instrument];
        let account = &mut self.accounts[account];
        let value = fill.value(instrument);
        account.traded.today += i128::from(value);
        self.output.emit(&OrderFilled {
            order_id,
            trade_id: fill.trade_id,
            instrument_id: instrument.id,
            account_id: account.id,
            strategy_id: 0,
            side: fill.side,
            liquidity: fill.liquidity,
            last_price: fill.price,
            last_qty: fill.qty,
            leaves_qty,
            commission: commission_at(value, instrument.capped(fill.rate)),
        });
    }

    /// A fill of one of the desk's orders; the order ends where nothing is left.
    pub(super) fn fill_desk(&mut self, slot: u32, fill: &Fill) {
        let order = &mut self.desk_orders[slot];
        let (account, strategy, position) = (order.account, order.strategy, order.position);
        let (is_instructed, gate_price) = (order.is_instructed, order.gate_price);
        let instrument = &self.instruments[fill.instrument];
        let owner = &mut self.accounts[account];
        let value = fill.value(instrument);
        let commission = commission_at(value, instrument.capped(fill.rate));
        owner.traded.today += i128::from(value);
        order.take_fill(fill.price, fill.qty, commission);
        let leaves_qty = order.leaves();
        self.output.emit(&OrderFilled {
            order_id: order.order_id,
            trade_id: fill.trade_id,
            instrument_id: instrument.id,
            account_id: owner.id,
            strategy_id: if strategy == NONE { 0 } else { self.strategies[strategy].id },
            side: fill.side,
            liquidity: fill.liquidity,
            last_price: fill.price,
            last_qty: fill.qty,
            leaves_qty,
            commission,
        });
        if !self.positions[position as usize].is_traded {
            self.list_position(position);
        }
        if self.positions[position as usize].is_spot {
            self.set_aside(slot, -fill.qty);
            self.book_spot_fill(position, fill, value, commission);
        } else {
            self.book_fill(position, fill, gate_price, value, commission);
        }
        if is_instructed {
            self.note_group_fill(slot, fill.qty);
        }
        if leaves_qty == 0 {
            self.close_filled(slot);
        }
    }

    /// Position, account and strategy take in a fill, and give back what the order had reserved for it.
    #[inline]
    fn book_fill(&mut self, slot: u32, fill: &Fill, gate_price: i64, value: i64, commission: i64) {
        let unit_value = self.instruments[fill.instrument].unit_value;
        let position = &mut self.positions[slot as usize];
        let account = &mut self.accounts[position.account];
        let reserved = i128::from(gate_price * fill.qty * unit_value);
        position.open_leaves[fill.side as usize] -= fill.qty;
        let before = position.value(unit_value);
        let realised = position.fill(fill.side, fill.qty, fill.price, unit_value);
        position.mark_price = fill.price;
        position.commission += i128::from(commission);
        let after = position.value(unit_value);
        account.scope.order_notional -= reserved;
        account.scope.follow(&before, &after);
        account.take_fill(realised.pnl, commission);
        let mut changed = PositionChanged {
            instrument_id: self.instruments[fill.instrument].id,
            account_id: account.id,
            strategy_id: 0,
            qty: position.qty,
            cost: position.cost,
            realised_pnl: realised.pnl,
            total_realised_pnl: position.realised_pnl,
            balance: account.balance,
        };
        if position.strategy == NONE {
            state_position(&mut self.output, before.is_flat, changed);
            return check_account_breaches(&mut self.output, account);
        }
        let strategy = &mut self.strategies[position.strategy];
        strategy.scope.order_notional -= reserved;
        strategy.scope.follow(&before, &after);
        strategy.take_fill(value, commission, realised);
        changed.strategy_id = strategy.id;
        state_position(&mut self.output, before.is_flat, changed);
        check_account_breaches(&mut self.output, account);
        check_strategy_breach(&mut self.output, strategy, account.id);
    }

    /// A fill of a spot instrument: the position records trading, and assets change hands.
    #[cold]
    fn book_spot_fill(&mut self, slot: u32, fill: &Fill, value: i64, commission: i64) {
        let unit_value = self.instruments[fill.instrument].unit_value;
        let position = &mut self.positions[slot as usize];
        let before = position.value(unit_value);
        let realised = position.fill(fill.side, fill.qty, fill.price, unit_value);
        position.mark_price = fill.price;
        position.commission += i128::from(commission);
        let (account, strategy) = (position.account, position.strategy);
        self.follow_position(slot, before);
        self.state_position(slot, before.is_flat, realised);
        self.exchange(account, fill, value, commission);
        self.check_breaches(account, strategy);
    }

    /// Whether an account's limits on losses are breached.
    pub(super) fn check_account(&mut self, index: u32) {
        check_account_breaches(&mut self.output, &mut self.accounts[index]);
    }

    /// Whether a strategy's limit on losses is breached.
    pub(super) fn check_strategy(&mut self, index: u32) {
        let strategy = &mut self.strategies[index];
        check_strategy_breach(&mut self.output, strategy, self.accounts[strategy.account].id);
    }

    /// Of an account, then of the strategy if there is one.
    fn check_breaches(&mut self, account: u32, strategy: u32) {
        self.check_account(account);
        if strategy != NONE {
            self.check_strategy(strategy);
        }
    }

    /// Book what a busted or corrected trade changes: like a fill, but it is no trade of a strategy, and the position
    /// keeps to the market's mark.
    pub(super) fn adjust_position(&mut self, slot: u32, side: Side, price: i64, qty: i64, commission: i64) {
        let position = &mut self.positions[slot as usize];
        let instrument = &self.instruments[position.instrument];
        let before = position.value(instrument.unit_value);
        let realised = position.fill(side, qty, price, instrument.unit_value);
        position.mark_price = instrument.mark();
        position.commission += i128::from(commission);
        let (account, strategy) = (position.account, position.strategy);
        self.follow_position(slot, before);
        let owner = &mut self.accounts[account];
        owner.balance += realised.pnl - i128::from(commission);
        owner.scope.dirty = true;
        owner.update_peak();
        if strategy != NONE {
            let strategy = &mut self.strategies[strategy];
            strategy.adjust(commission, realised.pnl);
            strategy.scope.dirty = true;
            strategy.update_peaks();
        }
        self.state_position(slot, before.is_flat, realised);
        self.check_breaches(account, strategy);
    }

    fn state_position(&mut self, slot: u32, was_flat: bool, realised: Realised) {
        let position = &self.positions[slot as usize];
        let changed = PositionChanged {
            instrument_id: self.instruments[position.instrument].id,
            account_id: self.accounts[position.account].id,
            strategy_id: self.strategy_id(position.strategy),
            qty: position.qty,
            cost: position.cost,
            realised_pnl: realised.pnl,
            total_realised_pnl: position.realised_pnl,
            balance: self.accounts[position.account].balance,
        };
        state_position(&mut self.output, was_flat, changed);
    }

    /// Enter a position into its account's list at its first fill.
    pub(super) fn list_position(&mut self, slot: u32) {
        let account = self.positions[slot as usize].account;
        self.accounts[account].positions.push(slot);
    }

    /// Let the sums of account and strategy follow a position that had another value before.
    #[inline]
    pub(super) fn follow_position(&mut self, slot: u32, before: Value) {
        let position = &self.positions[slot as usize];
        let after = position.value(self.instruments[position.instrument].unit_value);
        self.accounts[position.account].scope.follow(&before, &after);
        if position.strategy != NONE {
            self.strategies[position.strategy].scope.follow(&before, &after);
        }
    }
}

#[inline]
fn state_position(output: &mut Output, was_flat: bool, changed: PositionChanged) {
    if was_flat {
        output.emit(&opened(changed));
    } else if changed.qty == 0 {
        output.emit(&closed(changed));
    } else {
        output.emit(&changed);
    }
}

/// Daily loss, then drawdown.
#[inline]
fn check_account_breaches(output: &mut Output, account: &mut Account) {
    let has_lost = account.has_lost_too_much();
    if has_lost && !account.scope.daily_loss_breached {
        output.emit(&LimitBreached {
            account_id: account.id,
            strategy_id: 0,
            reason: reasons::DAILY_LOSS_LIMIT,
            value: account.daily_loss(),
            limit: account.scope.limits.max_daily_loss,
        });
    }
    account.scope.daily_loss_breached = has_lost;
    let has_fallen = account.has_fallen_too_far();
    if has_fallen && !account.drawdown_breached {
        output.emit(&LimitBreached {
            account_id: account.id,
            strategy_id: 0,
            reason: reasons::DRAWDOWN_LIMIT,
            value: account.drawdown_ppm(),
            limit: account.scope.limits.max_drawdown,
        });
    }
    account.drawdown_breached = has_fallen;
}

#[inline]
fn check_strategy_breach(output: &mut Output, strategy: &mut Strategy, account_id: u32) {
    let has_lost = strategy.has_lost_too_much();
    if has_lost && !strategy.scope.daily_loss_breached {
        output.emit(&LimitBreached {
            account_id,
            strategy_id: strategy.id,
            reason: reasons::DAILY_LOSS_LIMIT,
            value: strategy.daily_loss(),
            limit: strategy.scope.limits.max_daily_loss,
        });
    }
    strategy.scope.daily_loss_breached = has_lost;
}

/// The rate for giving or taking liquidity, in ppm.
#[inline]
pub(super) const fn rate_of(fees: Fees, liquidity: Liquidity) -> i64 {
    match liquidity {
        Liquidity::Maker => fees.maker,
        Liquidity::Taker | Liquidity::Auction => fees.taker,
    }
}

/// The commission on a value, in e8, rounded up; a negative rate is a rebate. At most the value.
#[inline]
pub(super) fn commission_at(value: i64, rate: i64) -> i64 {
    match value.checked_mul(rate) {
        Some(product) => -(-product).div_euclid(MILLION),
        None => {
            // A rate is at most one, so that the commission is at most the value.
            let product = i128::from(value) * i128::from(rate);
            -(-product).div_euclid(i128::from(MILLION)) as i64
        }
    }
}

#[inline]
fn opened(changed: PositionChanged) -> PositionOpened {
    let PositionChanged {
        instrument_id,
        account_id,
        strategy_id,
        qty,
        cost,
        realised_pnl,
        total_realised_pnl,
        balance,
    } = changed;
    PositionOpened {
        instrument_id,
        account_id,
        strategy_id,
        qty,
        cost,
        realised_pnl,
        total_realised_pnl,
        balance,
    }
}

#[inline]
fn closed(changed: PositionChanged) -> PositionClosed {
    let PositionChanged {
        instrument_id,
        account_id,
        strategy_id,
        qty,
        cost,
        realised_pnl,
        total_realised_pnl,
        balance,
    } = changed;
    PositionClosed {
        instrument_id,
        account_id,
        strategy_id,
        qty,
        cost,
        realised_pnl,
        total_realised_pnl,
        balance,
    }
}

#[cfg(test)]
mod tests {
    use super::commission_at;

    #[test]
    fn a_commission_rounds_up_and_a_rebate_toward_zero() {
        assert_eq!(commission_at(10_001, 450), 5);
        assert_eq!(commission_at(10_001, -200), -2);
        assert_eq!(commission_at(i64::MAX, 1_000_000), i64::MAX);
    }
}
