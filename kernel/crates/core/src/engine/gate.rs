//! The desk's gate: every check between a NewOrder and its approval, in the documented order.

use cambist_wire::commands::NewOrder;
use cambist_wire::{
    Contingency, MAX_PRICE, MAX_QTY, OrderType, Side, StrategyState, TimeInForce, TradingState, reasons,
};

use super::Engine;
use super::instructed::check_instructions;
use crate::account::Account;
use crate::instructions::Instructions;
use crate::position::{Position, worth};
use crate::scope::Scope;
use crate::slab::NONE;
use crate::slot_index::hash_of_id;
use crate::strategy::Strategy;

/// An order that passed the gate; only this can be routed. Indices and slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Approved {
    pub account: u32,
    pub instrument: u32,
    /// NONE where sent by hand.
    pub strategy: u32,
    pub position: u32,
    /// What its reserved notional is computed with, in ticks.
    pub gate_price: i64,
}

/// What limits are checked against: a new order, or the new form of an open one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub account: u32,
    pub strategy: u32,
    pub position: u32,
    pub side: Side,
    pub unit_value: i64,
    pub gate_price: i64,
    /// Leaves it would have, in lots.
    pub qty: i64,
    /// Of these leaves, in e8.
    pub notional: i64,
    pub is_reduce_only: bool,
    /// Leaves and notional of the form it replaces; zero for a new order.
    pub old_qty: i64,
    pub old_notional: i64,
    pub is_new: bool,
}

impl Engine {
    /// Steps 3 to 9 of the gate. A rate is used up only by an order that passes.
    #[inline]
    pub(super) fn admit(
        &mut self,
        account: u32,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
    ) -> Result<Approved, u32> {
        let instrument = self.instruments.index_of(order.instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        let strategy = match order.strategy_id {
            0 => NONE,
            id => self.strategy_of(account, id).ok_or(reasons::UNKNOWN_STRATEGY)?,
        };
        check_form(order, self.output.now_ns, false)?;
        check_instructions(order, instructions, false)?;
        if !self.instruments[instrument].is_internal() {
            check_offered_outside(order, instructions)?;
        }
        if self.instruments[instrument].is_spot() {
            self.check_offered_spot(instrument, order, instructions)?;
        }
        let state = self.check_permission(account, strategy)?;
        if self.accounts[account].is_forbidden(instrument) {
            return Err(reasons::SYMBOL_NOT_ALLOWED);
        }
        if let Some(asked) = instructions.filter(|asked| asked.contingency != Contingency::None) {
            let position = self.position_of(account, strategy, instrument);
            self.check_group(position, asked.group_id)?;
            if asked.contingency == Contingency::Child {
                self.check_open_orders(account, strategy)?;
                self.take_rate(account, strategy)?;
                return Ok(Approved { account, instrument, strategy, position, gate_price: 0 });
            }
        }
        let (gate_price, notional) = self.check_size(instrument, order, instructions)?;
        let position = self.position_of(account, strategy, instrument);
        self.check_reduction(position, order.side, order.qty, order.flags.reduce_only(), state)?;
        self.check_limits(&Demand {
            account,
            strategy,
            position,
            side: order.side,
            unit_value: self.instruments[instrument].unit_value,
            gate_price,
            qty: order.qty,
            notional,
            is_reduce_only: order.flags.reduce_only(),
            old_qty: 0,
            old_notional: 0,
            is_new: true,
        })?;
        if self.instruments[instrument].is_spot() {
            self.check_funds(account, instrument, order.side, gate_price, order.qty, 0)?;
        }
        self.take_rate(account, strategy)?;
        Ok(Approved { account, instrument, strategy, position, gate_price })
    }

    /// Trading is not halted, and the strategy runs.
    #[inline]
    pub(super) fn check_permission(&self, account: u32, strategy: u32) -> Result<TradingState, u32> {
        let state = self.effective_state(account, strategy);
        if state == TradingState::Halted {
            return Err(reasons::TRADING_HALTED);
        }
        if strategy != NONE && self.strategies[strategy].state != StrategyState::Running {
            return Err(reasons::STRATEGY_NOT_RUNNING);
        }
        Ok(state)
    }

    /// Gate price and notional, where they fit the instrument.
    #[inline]
    fn check_size(
        &self,
        index: u32,
        order: &NewOrder<'_>,
        instructions: Option<&Instructions>,
    ) -> Result<(i64, i64), u32> {
        let is_limit = order.order_type == OrderType::Limit;
        let mark = self.instruments[index].mark();
        let gate_price = match (order.price, order.side, instructions) {
            (1.., _, _) => order.price,
            (_, Side::Buy, _) if self.instruments[index].is_spot() => self.instruments[index].band(mark).1,
            (_, _, Some(asked)) => asked.gate_price(order.price, mark),
            _ => mark,
        };
        let is_reduce_only = order.flags.reduce_only();
        let notional = self.check_bounds(index, gate_price, order.qty, order.qty, is_reduce_only)?;
        if is_limit {
            self.check_band(index, mark, order.price)?;
        }
        Ok((gate_price, notional))
    }

    /// The notional of `leaves` at a price, where order size and notional are within the instrument's bounds.
    #[inline]
    pub(super) fn check_bounds(
        &self,
        index: u32,
        gate_price: i64,
        qty: i64,
        leaves: i64,
        is_reduce_only: bool,
    ) -> Result<i64, u32> {
        let instrument = &self.instruments[index];
        let notional = instrument.notional(gate_price, leaves).ok_or(reasons::NOTIONAL_OVERFLOW)?;
        if qty > instrument.max_order_qty {
            return Err(reasons::ORDER_QTY_LIMIT);
        }
        if notional < instrument.min_notional && !is_reduce_only {
            return Err(reasons::MIN_NOTIONAL);
        }
        Ok(notional)
    }

    /// The price is close enough to the mark.
    #[inline]
    pub(super) fn check_band(&self, index: u32, mark: i64, price: i64) -> Result<(), u32> {
        let (low, high) = self.instruments[index].band(mark);
        if (low..=high).contains(&price) { Ok(()) } else { Err(reasons::PRICE_BAND) }
    }

    /// Step 7: reduce_only, and the state REDUCING.
    #[inline]
    pub(super) fn check_reduction(
        &self,
        position: u32,
        side: Side,
        qty: i64,
        is_reduce_only: bool,
        state: TradingState,
    ) -> Result<(), u32> {
        let position = &self.positions[position as usize];
        let reducible = position.reducible(side);
        if is_reduce_only {
            return if reducible > 0 { Ok(()) } else { Err(reasons::REDUCE_ONLY) };
        }
        let wanted = position.open_leaves[side as usize] + qty;
        if state == TradingState::Reducing && (reducible == 0 || wanted > reducible) {
            return Err(reasons::TRADING_REDUCING);
        }
        Ok(())
    }

    /// Check 8b: one more order is not too many.
    fn check_open_orders(&self, account: u32, strategy: u32) -> Result<(), u32> {
        let strategy = (strategy != NONE).then(|| &self.strategies[strategy].scope);
        for scope in strategy.into_iter().chain([&self.accounts[account].scope]) {
            if exceeds(scope.open_orders + 1, scope.limits.max_open_orders) {
                return Err(reasons::OPEN_ORDERS_LIMIT);
            }
        }
        Ok(())
    }

    /// Step 8: the limits of the strategy and of the account.
    #[inline]
    pub(super) fn check_limits(&self, demand: &Demand) -> Result<(), u32> {
        let account = &self.accounts[demand.account];
        let strategy = (demand.strategy != NONE).then(|| &self.strategies[demand.strategy]);
        // Without a strategy the account is asked twice.
        let scopes = [strategy.map_or(&account.scope, |strategy| &strategy.scope), &account.scope];
        if scopes.iter().any(|scope| exceeds(demand.notional, scope.limits.max_order_notional)) {
            return Err(reasons::ORDER_NOTIONAL_LIMIT);
        }
        let has_too_many = |scope: &&Scope| exceeds(scope.open_orders + 1, scope.limits.max_open_orders);
        if demand.is_new && scopes.iter().any(has_too_many) {
            return Err(reasons::OPEN_ORDERS_LIMIT);
        }
        if demand.is_reduce_only {
            return Ok(());
        }
        let position = &self.positions[demand.position as usize];
        if let Some(notional) = demand.grown_position(position)
            && scopes.iter().any(|scope| exceeds_wide(notional, scope.limits.max_position_notional))
        {
            return Err(reasons::POSITION_LIMIT);
        }
        if position.is_spot {
            return check_losses(account, strategy);
        }
        let added = i128::from(demand.notional) - i128::from(demand.old_notional);
        let exposures = scopes.map(|scope| scope.exposure() + added);
        let is_exposed =
            |place: usize| exceeds_wide(exposures[place], scopes[place].limits.max_exposure_notional);
        if is_exposed(0) || is_exposed(1) {
            return Err(reasons::EXPOSURE_LIMIT);
        }
        if account.cannot_carry(exposures[1]) {
            return Err(reasons::INSUFFICIENT_MARGIN);
        }
        check_losses(account, strategy)
    }

    /// Step 9: both rates have room, and then both are used.
    #[inline]
    pub(super) fn take_rate(&mut self, account: u32, strategy: u32) -> Result<(), u32> {
        let now_ns = self.output.now_ns;
        let account = &mut self.accounts[account].scope;
        if strategy == NONE {
            if !account.has_rate_left(now_ns) {
                return Err(reasons::ORDER_RATE_LIMIT);
            }
        } else {
            let strategy = &mut self.strategies[strategy].scope;
            if !strategy.has_rate_left(now_ns) || !account.has_rate_left(now_ns) {
                return Err(reasons::ORDER_RATE_LIMIT);
            }
            strategy.use_rate(now_ns);
        }
        account.use_rate(now_ns);
        Ok(())
    }

    /// The slot of a position, made where there is none.
    #[inline]
    pub(super) fn position_of(&mut self, account: u32, strategy: u32, instrument: u32) -> u32 {
        let hash = position_hash(account, strategy, instrument);
        let key = (account, strategy, instrument);
        let positions = &self.positions;
        let key_of = |slot: u32| {
            let position = &positions[slot as usize];
            (position.account, position.strategy, position.instrument)
        };
        if let Some(slot) = self.position_index.find(hash, &key, |slot| key_of(slot) == key) {
            return slot;
        }
        let slot = self.positions.len() as u32;
        self.position_index.insert(hash, key, slot, key_of);
        let is_spot = self.instruments[instrument].is_spot();
        self.positions.push(Position::new(account, strategy, instrument, is_spot));
        slot
    }
}

impl Demand {
    /// Check 8c: what the position that it could lead to is worth, where that grows.
    #[inline]
    fn grown_position(&self, position: &Position) -> Option<i128> {
        let open = position.open_leaves[self.side as usize] - self.old_qty + self.qty;
        let after = (position.qty + self.side.sign() * open).abs();
        (after > position.qty.abs()).then(|| worth(after, self.gate_price, self.unit_value))
    }
}

/// Checks 8f and 8g.
#[inline]
fn check_losses(account: &Account, strategy: Option<&Strategy>) -> Result<(), u32> {
    if strategy.is_some_and(Strategy::has_lost_too_much) || account.has_lost_too_much() {
        return Err(reasons::DAILY_LOSS_LIMIT);
    }
    if account.has_fallen_too_far() {
        return Err(reasons::DRAWDOWN_LIMIT);
    }
    Ok(())
}

/// Step 4: the form of an order, for the desk's gate and, for members, the venue's.
#[inline]
pub(super) fn check_form(order: &NewOrder<'_>, now_ns: i64, is_member: bool) -> Result<(), u32> {
    if order.flags.price_inexact() {
        return Err(reasons::PRICE_PRECISION);
    }
    if order.flags.qty_inexact() {
        return Err(reasons::QTY_PRECISION);
    }
    let is_price_sound = order.order_type.may_be_priced() && (1..=MAX_PRICE).contains(&order.price)
        || !order.order_type.is_priced() && order.price == 0;
    if !is_price_sound {
        return Err(reasons::INVALID_PRICE);
    }
    if !(1..=MAX_QTY).contains(&order.qty) {
        return Err(reasons::INVALID_QTY);
    }
    let is_lasting = order.time_in_force.may_rest() && !order.time_in_force.is_for_auction();
    match order.order_type {
        OrderType::Market if is_lasting => return Err(reasons::INVALID_TIME_IN_FORCE),
        OrderType::MarketToLimit if !is_lasting => return Err(reasons::INVALID_TIME_IN_FORCE),
        OrderType::Pegged if !is_lasting || order.time_in_force.is_for_auction() => {
            return Err(reasons::INVALID_TIME_IN_FORCE);
        }
        // An order that waits may do so for any time, but for no auction.
        waiting if waiting.waits() && order.time_in_force.is_for_auction() => {
            return Err(reasons::INVALID_TIME_IN_FORCE);
        }
        _ => {}
    }
    let may_rest = is_lasting && order.order_type.may_rest();
    if order.flags.hidden() && !may_rest || order.flags.reprice() && !order.flags.post_only() {
        return Err(reasons::INVALID_FLAGS);
    }
    if order.flags.post_only() && !(may_rest && order.order_type.is_priced())
        || is_member && order.flags.reduce_only()
    {
        return Err(reasons::INVALID_FLAGS);
    }
    let is_expiry_sound = match order.time_in_force {
        TimeInForce::Gtd => order.expire_ns > now_ns,
        _ => order.expire_ns == 0,
    };
    if is_expiry_sound { Ok(()) } else { Err(reasons::INVALID_EXPIRY) }
}

/// Outside venues take plain orders only.
fn check_offered_outside(order: &NewOrder<'_>, instructions: Option<&Instructions>) -> Result<(), u32> {
    let is_plain = instructions.is_none()
        && matches!(order.order_type, OrderType::Limit | OrderType::Market)
        && order.time_in_force != TimeInForce::Day
        && !order.time_in_force.is_for_auction()
        && !order.flags.hidden()
        && !order.flags.reprice();
    if is_plain { Ok(()) } else { Err(reasons::NOT_OFFERED) }
}

/// A limit of zero is none.
#[inline]
const fn exceeds(value: i64, limit: i64) -> bool {
    limit > 0 && value > limit
}

/// A limit of zero is none.
#[inline]
fn exceeds_wide(value: i128, limit: i64) -> bool {
    limit > 0 && value > i128::from(limit)
}

#[inline]
pub(super) fn position_hash(account: u32, strategy: u32, instrument: u32) -> u32 {
    let owner = if strategy == NONE { account.wrapping_mul(2) } else { strategy.wrapping_mul(2) | 1 };
    hash_of_id(u64::from(owner) << 32 | u64::from(instrument))
}
