//! Instruments, accounts, money, fees, limits and permissions.

use cambist_wire::commands::{
    AdjustBalance, DefineInstrument, MarketUpdate, OpenAccount, SetFees, SetLimits, SetSelfTradePrevention,
    SetSymbolPermission,
};
use cambist_wire::events::{
    AccountOpened, BalanceChanged, FeesChanged, SelfTradePreventionChanged, SymbolPermissionChanged,
};
use cambist_wire::{ANY_ACCOUNT, InstrumentKind, MAX_PRICE, MAX_QTY, VenueKind, reasons};

use super::Engine;
use crate::account::{Account, Fees};
use crate::instrument::Instrument;
use crate::scope::Limits;
use crate::text::is_name;

const MAX_SIZE: i64 = 1_000_000_000_000_000;
const MILLION: i64 = 1_000_000;

impl Engine {
    pub(super) fn define_instrument(&mut self, definition: &DefineInstrument<'_>) -> Result<(), u32> {
        if !is_well_defined(definition) {
            return Err(reasons::INVALID_DEFINITION);
        }
        let mut instrument = Instrument::new(definition);
        if let Some(index) = self.instruments.index_of(definition.instrument_id) {
            let is_same = self.instruments[index].defined() == instrument.defined();
            return if is_same { Ok(()) } else { Err(reasons::ALREADY_EXISTS) };
        }
        if self.symbols.contains_key(definition.symbol) {
            return Err(reasons::ALREADY_EXISTS);
        }
        let assets = [instrument.base_asset_id, instrument.quote_asset_id];
        if instrument.is_spot() && !assets.iter().all(|asset| self.assets.contains_key(asset)) {
            return Err(reasons::UNKNOWN_ASSET);
        }
        self.output.emit(&instrument.defined());
        if self.breaker.is_some() {
            instrument.session.day_price = instrument.anchor();
        }
        instrument.session.since_ns = self.output.now_ns;
        self.add_instrument(instrument);
        Ok(())
    }

    pub(super) fn add_instrument(&mut self, instrument: Instrument) -> u32 {
        let symbol = instrument.symbol.clone();
        let index = self.instruments.insert(instrument.id, instrument);
        self.symbols.insert(symbol, index);
        index
    }

    pub(super) fn open_account(&mut self, opening: &OpenAccount<'_>) -> Result<(), u32> {
        if matches!(opening.account_id, 0 | ANY_ACCOUNT) || !is_name(opening.name, 64) {
            return Err(reasons::INVALID_DEFINITION);
        }
        if let Some(index) = self.accounts.index_of(opening.account_id) {
            let account = &self.accounts[index];
            let is_same = account.kind == opening.account_kind && account.name == opening.name;
            return if is_same { Ok(()) } else { Err(reasons::ALREADY_EXISTS) };
        }
        self.add_account(Account::new(opening.account_id, opening.account_kind, opening.name));
        let OpenAccount { account_id, account_kind, name } = *opening;
        self.output.emit(&AccountOpened { account_id, account_kind, name });
        Ok(())
    }

    pub(super) fn add_account(&mut self, account: Account) -> u32 {
        let (id, is_desk) = (account.id, account.is_desk());
        let index = self.accounts.insert(id, account);
        self.accounts[index].tier_fees = self.tier_of(index);
        if is_desk {
            let accounts = &self.accounts;
            let place = self.desk_accounts.partition_point(|other| accounts[*other].id < id);
            self.desk_accounts.insert(place, index);
        }
        index
    }

    pub(super) fn adjust_balance(&mut self, adjustment: &AdjustBalance) -> Result<(), u32> {
        let index = self.desk_account(adjustment.account_id)?;
        let amount = adjustment.amount;
        if amount > i128::from(i64::MAX) || amount < -i128::from(i64::MAX) {
            return Err(reasons::INVALID_DEFINITION);
        }
        let account = &mut self.accounts[index];
        if amount < 0 && account.balance + amount < 0 {
            return Err(reasons::INSUFFICIENT_MARGIN);
        }
        account.balance += amount;
        account.peak_equity += amount;
        account.day_start_equity += amount;
        account.scope.dirty = true;
        let balance = account.balance;
        self.output.emit(&BalanceChanged { account_id: adjustment.account_id, amount, balance });
        Ok(())
    }

    pub(super) fn set_fees(&mut self, change: &SetFees) -> Result<(), u32> {
        let SetFees { account_id, instrument_id, maker_fee, taker_fee } = *change;
        let account = self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        let instrument = match instrument_id {
            0 => None,
            id => Some(self.instruments.index_of(id).ok_or(reasons::UNKNOWN_INSTRUMENT)?),
        };
        let bounds = -MILLION..=MILLION;
        if !bounds.contains(&maker_fee) || !bounds.contains(&taker_fee) {
            return Err(reasons::INVALID_DEFINITION);
        }
        self.put_fees(account, instrument, Fees { maker: maker_fee, taker: taker_fee });
        self.output.emit(&FeesChanged { account_id, instrument_id, maker_fee, taker_fee });
        Ok(())
    }

    pub(super) fn put_fees(&mut self, account: u32, instrument: Option<u32>, fees: Fees) {
        let account = &mut self.accounts[account];
        match instrument {
            None => account.default_fees = Some(fees),
            Some(index) => *at(&mut account.fees, index) = Some(fees),
        }
    }

    pub(super) fn set_limits(&mut self, change: &SetLimits) -> Result<(), u32> {
        let account = self.desk_account(change.account_id)?;
        let strategy = match change.strategy_id {
            0 => None,
            id => Some(self.strategy_of(account, id).ok_or(reasons::UNKNOWN_STRATEGY)?),
        };
        let limits = limits_of(change).ok_or(reasons::INVALID_DEFINITION)?;
        let scope = match strategy {
            None => &mut self.accounts[account].scope,
            Some(strategy) => &mut self.strategies[strategy].scope,
        };
        scope.set_limits(limits);
        self.output.emit(&limits.event(change.account_id, change.strategy_id));
        Ok(())
    }

    pub(super) fn set_symbol_permission(&mut self, change: &SetSymbolPermission) -> Result<(), u32> {
        let SetSymbolPermission { account_id, instrument_id, allowed } = *change;
        let account = self.desk_account(account_id)?;
        let instrument = self.instruments.index_of(instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        self.put_permission(account, instrument, allowed);
        self.output.emit(&SymbolPermissionChanged { account_id, instrument_id, allowed });
        Ok(())
    }

    pub(super) fn put_permission(&mut self, account: u32, instrument: u32, allowed: bool) {
        *at(&mut self.accounts[account].forbidden, instrument) = !allowed;
    }

    pub(super) fn set_self_trade_prevention(&mut self, change: &SetSelfTradePrevention) -> Result<(), u32> {
        let SetSelfTradePrevention { account_id, mode, group_id } = *change;
        let index = self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        let account = &mut self.accounts[index];
        account.self_trade_mode = mode;
        account.self_trade_group = group_id;
        self.output.emit(&SelfTradePreventionChanged { account_id, mode, group_id });
        Ok(())
    }

    pub(super) fn market_update(&mut self, update: &MarketUpdate) -> Result<(), u32> {
        let index = self.instruments.index_of(update.instrument_id).ok_or(reasons::UNKNOWN_INSTRUMENT)?;
        let instrument = &mut self.instruments[index];
        if instrument.is_internal() {
            return Err(reasons::INVALID_TRANSITION);
        }
        let prices = [update.bid_price, update.ask_price, update.last_price];
        if prices.iter().any(|price| !(0..=MAX_PRICE).contains(price)) {
            return Err(reasons::INVALID_PRICE);
        }
        instrument.bid_price = update.bid_price;
        instrument.ask_price = update.ask_price;
        if update.last_price != 0 {
            instrument.last_price = update.last_price;
            self.watched_trade_id = 0;
        }
        Ok(())
    }

    pub(super) fn save_state(&mut self, slot: u32, state: &[u8]) {
        if state.is_empty() {
            self.saved.remove(&slot);
        } else {
            self.saved.insert(slot, state.to_vec());
        }
    }

    /// The index of one of the firm's own accounts.
    pub(super) fn desk_account(&self, account_id: u32) -> Result<u32, u32> {
        let index = self.accounts.index_of(account_id).ok_or(reasons::UNKNOWN_ACCOUNT)?;
        if self.accounts[index].is_desk() { Ok(index) } else { Err(reasons::ACCOUNT_NOT_DESK) }
    }

    /// The index of a strategy that trades through this account.
    #[inline]
    pub(super) fn strategy_of(&self, account: u32, strategy_id: u32) -> Option<u32> {
        self.strategies.index_of(strategy_id).filter(|index| self.strategies[*index].account == account)
    }
}

/// The value at an index, the list grown to hold it.
fn at<T: Clone + Default>(list: &mut Vec<T>, index: u32) -> &mut T {
    let index = index as usize;
    if list.len() <= index {
        list.resize(index + 1, T::default());
    }
    &mut list[index]
}

pub(super) fn is_well_defined(definition: &DefineInstrument<'_>) -> bool {
    let sizes = [definition.tick_size, definition.lot_size, definition.unit_value];
    definition.instrument_id >= 1
        && sizes.iter().all(|size| (1..=MAX_SIZE).contains(size))
        && definition.min_notional >= 0
        && (1..=MAX_QTY).contains(&definition.max_order_qty)
        && (0..MILLION).contains(&definition.price_band)
        && (1..=MAX_PRICE).contains(&definition.reference_price)
        && (0..=MAX_QTY).contains(&definition.minimum_allocation)
        && is_name(definition.symbol, 32)
        && are_assets_well_defined(definition)
}

/// Rule spot.form.
fn are_assets_well_defined(definition: &DefineInstrument<'_>) -> bool {
    let DefineInstrument { base_asset_id, quote_asset_id, max_fee, .. } = *definition;
    if definition.instrument_kind == InstrumentKind::Perpetual {
        return base_asset_id == 0 && quote_asset_id == 0 && max_fee == 0;
    }
    let lot_at_tick = i128::from(definition.tick_size) * i128::from(definition.lot_size);
    definition.venue == VenueKind::Internal
        && base_asset_id >= 1
        && quote_asset_id >= 1
        && base_asset_id != quote_asset_id
        && definition.price_band >= 1
        && (0..=MILLION).contains(&max_fee)
        && i128::from(definition.unit_value) * 100_000_000 == lot_at_tick
}

fn limits_of(change: &SetLimits) -> Option<Limits> {
    let limits = Limits {
        max_order_notional: change.max_order_notional,
        max_position_notional: change.max_position_notional,
        max_exposure_notional: change.max_exposure_notional,
        max_daily_loss: change.max_daily_loss,
        max_drawdown: change.max_drawdown,
        leverage: change.leverage,
        max_open_orders: change.max_open_orders,
        max_orders_per_second: change.max_orders_per_second,
    };
    let is_sound = limits.max_order_notional >= 0
        && limits.max_position_notional >= 0
        && limits.max_exposure_notional >= 0
        && limits.max_daily_loss >= 0
        && (0..=MILLION).contains(&limits.max_drawdown)
        && limits.leverage >= 0
        && limits.max_open_orders >= 0
        && limits.max_orders_per_second >= 0;
    is_sound.then_some(limits)
}
