//! What a fill does: commission, position, money, peaks and breaches.

use cambist_wire::events::{LimitBreached, OrderFilled, PositionChanged, PositionClosed, PositionOpened};
use cambist_wire::{Liquidity, OrderStatus, Side, reasons};

use super::Engine;
use crate::account::Fees;
use crate::position::{Realised, Value};
use crate::slab::NONE;

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
}

impl Engine {
    /// A fill of a member's order.
    #[inline]
    pub(super) fn fill_member(&mut self, fill: &Fill, order_id: u64, account: u32, leaves_qty: i64) {
        let instrument = &self.instruments[fill.instrument];
        let account = &mut self.accounts[account];
        let value = fill.price * fill.qty * instrument.unit_value;
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
            commission: commission(
                value,
                instrument.capped(account.fees_for(fill.instrument)),
                fill.liquidity,
            ),
        });
    }

    /// A fill of one of the desk's orders; the order ends where nothing is left.
    #[inline]
    pub(super) fn fill_desk(&mut self, slot: u32, fill: &Fill) {
        self.reserve(slot, -fill.qty);
        let order = &mut self.desk_orders[slot];
        let (account, strategy, position) = (order.account, order.strategy, order.position);
        let instrument = &self.instruments[fill.instrument];
        // No order is worth more than an i64 at its own price, and a fill is at the maker's.
        let value = fill.price * fill.qty * instrument.unit_value;
        let owner = &mut self.accounts[account];
        owner.traded.today += i128::from(value);
        let fees = instrument.capped(owner.fees_for(fill.instrument));
        let commission = commission(value, fees, fill.liquidity);
        order.filled_qty += fill.qty;
        order.filled_value += i128::from(fill.price) * i128::from(fill.qty);
        order.commission += i128::from(commission);
        if !matches!(order.status, OrderStatus::PendingCancel | OrderStatus::PendingReplace) {
            order.status = OrderStatus::PartiallyFilled;
        }
        let leaves_qty = order.leaves();
        self.output.emit(&OrderFilled {
            order_id: order.order_id,
            trade_id: fill.trade_id,
            instrument_id: instrument.id,
            account_id: self.accounts[account].id,
            strategy_id: if strategy == NONE { 0 } else { self.strategies[strategy].id },
            side: fill.side,
            liquidity: fill.liquidity,
            last_price: fill.price,
            last_qty: fill.qty,
            leaves_qty,
            commission,
        });
        self.book_fill(position, fill, value, commission);
        self.check_account_breaches(account);
        if strategy != NONE {
            self.check_strategy_breach(strategy);
        }
        if self.desk_orders[slot].is_instructed {
            self.note_group_fill(slot, fill.qty);
        }
        if leaves_qty == 0 {
            // What it had reserved is released already: nothing is left of it.
            self.close(slot);
        }
    }

    /// Position, account and strategy take in a fill.
    #[inline]
    fn book_fill(&mut self, slot: u32, fill: &Fill, value: i64, commission: i64) {
        let unit_value = self.instruments[fill.instrument].unit_value;
        let position = &mut self.positions[slot as usize];
        let (before, was_traded) = (position.value(unit_value), position.is_traded);
        let realised = position.fill(fill.side, fill.qty, fill.price, unit_value);
        position.mark_price = fill.price;
        position.commission += i128::from(commission);
        let (account, strategy) = (position.account, position.strategy);
        if !was_traded {
            self.list_position(slot);
        }
        self.follow_position(slot, before);
        if self.positions[slot as usize].is_spot {
            self.state_position(slot, before.is_flat, realised);
            return self.exchange(account, fill, value, commission);
        }
        let account = &mut self.accounts[account];
        account.balance += realised.pnl - i128::from(commission);
        account.scope.dirty = true;
        account.update_peak();
        if strategy != NONE {
            let strategy = &mut self.strategies[strategy];
            strategy.count(value, commission, realised);
            strategy.scope.dirty = true;
            strategy.update_peaks();
        }
        self.state_position(slot, before.is_flat, realised);
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
        self.check_account_breaches(account);
        if strategy != NONE {
            self.check_strategy_breach(strategy);
        }
    }

    #[inline]
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
        if was_flat {
            self.output.emit(&opened(changed));
        } else if position.qty == 0 {
            self.output.emit(&closed(changed));
        } else {
            self.output.emit(&changed);
        }
    }

    /// Enter a position into its account's list at its first fill.
    pub(super) fn list_position(&mut self, slot: u32) {
        let key = |slot: u32| {
            let position = &self.positions[slot as usize];
            (self.strategy_id(position.strategy), self.instruments[position.instrument].id)
        };
        let account = self.positions[slot as usize].account;
        let wanted = key(slot);
        let place = self.accounts[account].positions.partition_point(|other| key(*other) < wanted);
        self.accounts[account].positions.insert(place, slot);
    }

    /// Let the sums of account and strategy follow a position that had another value before.
    #[inline]
    pub(super) fn follow_position(&mut self, slot: u32, before: Value) {
        let position = &self.positions[slot as usize];
        let after = position.value(self.instruments[position.instrument].unit_value);
        self.accounts[position.account].scope.follow(before, after);
        if position.strategy != NONE {
            self.strategies[position.strategy].scope.follow(before, after);
        }
    }

    /// Daily loss, then drawdown.
    #[inline]
    pub(super) fn check_account_breaches(&mut self, index: u32) {
        let account = &mut self.accounts[index];
        let has_lost = account.has_lost_too_much();
        if has_lost && !account.scope.daily_loss_breached {
            self.output.emit(&LimitBreached {
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
            self.output.emit(&LimitBreached {
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
    pub(super) fn check_strategy_breach(&mut self, index: u32) {
        let strategy = &mut self.strategies[index];
        let has_lost = strategy.has_lost_too_much();
        if has_lost && !strategy.scope.daily_loss_breached {
            self.output.emit(&LimitBreached {
                account_id: self.accounts[strategy.account].id,
                strategy_id: strategy.id,
                reason: reasons::DAILY_LOSS_LIMIT,
                value: strategy.daily_loss(),
                limit: strategy.scope.limits.max_daily_loss,
            });
        }
        strategy.scope.daily_loss_breached = has_lost;
    }
}

/// In e8, rounded up; a negative rate is a rebate.
#[inline]
fn commission(value: i64, fees: Fees, liquidity: Liquidity) -> i64 {
    commission_at(value, rate_of(fees, liquidity))
}

/// The rate for giving or taking liquidity, in ppm.
#[inline]
pub(super) const fn rate_of(fees: Fees, liquidity: Liquidity) -> i64 {
    match liquidity {
        Liquidity::Maker => fees.maker,
        Liquidity::Taker | Liquidity::Auction => fees.taker,
    }
}

/// The commission on a value, at most the value.
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
    use super::{Fees, Liquidity, commission};

    #[test]
    fn a_commission_rounds_up_and_a_rebate_toward_zero() {
        let fees = Fees { maker: -200, taker: 450 };
        assert_eq!(commission(10_001, fees, Liquidity::Taker), 5);
        assert_eq!(commission(10_001, fees, Liquidity::Maker), -2);
        let all = Fees { maker: 0, taker: 1_000_000 };
        assert_eq!(commission(i64::MAX, all, Liquidity::Taker), i64::MAX);
    }
}
