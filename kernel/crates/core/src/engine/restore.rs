//! An engine from its snapshot: what was not stored is derived again.

use std::collections::BTreeSet;

use cambist_wire::commands::DefineInstrument;
use cambist_wire::snapshot::{
    AccountRow, AdjustmentRow, AssetRow, CircuitBreakerRow, ClosedRow, EngineRow, FeeRow, FeeTierRow,
    ForbiddenRow, HeldRow, HoldingRow, InstructionRow, InstrumentRow, LimitsRow, OrderRow, ParametersRow,
    PeggedRow, PhaseRow, PositionRow, ProtectionFillRow, ProtectionRow, QuoteRow, Reader, RestingRow, Row,
    SavedStateRow, ScheduleRow, SelfTradeRow, SessionRow, StrategyRow, ThrottleRow, TradeRow,
    VolatilityGuardRow, VolumeRow, WaitingRow,
};
use cambist_wire::{Malformed, OrderStatus, OrderType, VenueKind};

use super::orders::OpenOrder;
use super::reference_data::is_well_defined;
use super::soundness::{Sound, are_pegs_told, are_sound, do_quotes_rest, may_reserve};
use super::{ENGINE_VERSION, Engine, FirmState};
use crate::account::{Account, Fees};
use crate::desk_order::{ClosedOrder, DeskOrder, OrderContent};
use crate::instructions::Instructions;
use crate::instrument::Instrument;
use crate::resting::Resting;
use crate::scope::Limits;
use crate::slab::NONE;
use crate::strategy::Strategy;
use crate::text::ClientId;

const CONTRADICTION: Malformed = Malformed { offset: 0, problem: "its rows contradict each other" };

/// A row of an order that the venue holds.
enum Held<'a> {
    Resting(&'a RestingRow),
    Waiting(&'a WaitingRow),
    Parked(&'a PeggedRow),
}

impl Engine {
    /// The engine that gave this snapshot.
    pub fn restore(data: &[u8]) -> Result<Self, Malformed> {
        let (version, mut reader) = Reader::open(data)?;
        if version != ENGINE_VERSION {
            return Err(Malformed { offset: 8, problem: "it is of another engine version" });
        }
        let mut engine = Self::new();
        let rows: Vec<EngineRow> = sound(&mut reader)?;
        let [row] = rows.as_slice() else {
            return Err(CONTRADICTION);
        };
        engine.restore_engine(row);
        each(&mut reader, |row: InstrumentRow<'_>| engine.restore_instrument(&row))?;
        each(&mut reader, |row: AccountRow<'_>| engine.restore_account(&row))?;
        each(&mut reader, |row: FeeRow| engine.restore_fees(&row))?;
        let limits: Vec<LimitsRow> = sound(&mut reader)?;
        each(&mut reader, |row: ForbiddenRow| engine.restore_forbidden(&row))?;
        each(&mut reader, |row: SelfTradeRow| engine.restore_self_trade(&row))?;
        each(&mut reader, |row: StrategyRow<'_>| engine.restore_strategy(&row))?;
        for row in &limits {
            engine.restore_limits(row).ok_or(CONTRADICTION)?;
        }
        each(&mut reader, |row: ParametersRow<'_>| engine.restore_parameters(&row))?;
        each(&mut reader, |row: PositionRow| engine.restore_position(&row))?;
        let orders: Vec<OrderRow<'_>> = sound(&mut reader)?;
        let mut resting: Vec<RestingRow> = sound(&mut reader)?;
        let closed: Vec<ClosedRow<'_>> = sound(&mut reader)?;
        each(&mut reader, |row: SavedStateRow<'_>| {
            engine.save_state(row.slot, row.state);
            Some(())
        })?;
        each(&mut reader, |row: InstructionRow| {
            engine.instructions.insert(row.order_id, Instructions::from(&row));
            Some(())
        })?;
        let waiting: Vec<WaitingRow> = sound(&mut reader)?;
        each(&mut reader, |row: ThrottleRow| engine.restore_throttle(&row))?;
        let quotes: Vec<QuoteRow> = sound(&mut reader)?;
        quotes.iter().for_each(|row| engine.quotes.restore(row));
        each(&mut reader, |row: ProtectionRow| engine.protections.restore(&row))?;
        each(&mut reader, |row: ProtectionFillRow| engine.protections.restore_fill(&row))?;
        let held: Vec<HeldRow> = sound(&mut reader)?;
        each(&mut reader, |row: SessionRow| engine.restore_session(&row))?;
        each(&mut reader, |row: FeeTierRow| {
            engine.restore_fee_tier(&row);
            Some(())
        })?;
        each(&mut reader, |row: VolumeRow| engine.restore_volume(&row))?;
        engine.restore_tiers();
        each(&mut reader, |row: ScheduleRow<'_>| engine.restore_schedule(&row))?;
        engine.are_steps_sound().then_some(()).ok_or(CONTRADICTION)?;
        each(&mut reader, |row: VolatilityGuardRow| engine.restore_guard(&row))?;
        each(&mut reader, |row: CircuitBreakerRow| engine.restore_breaker(&row))?;
        each(&mut reader, |row: TradeRow| engine.restore_trade(&row))?;
        engine.past_trades.reaches(engine.next_trade_id).then_some(()).ok_or(CONTRADICTION)?;
        each(&mut reader, |row: AssetRow<'_>| {
            engine.assets.insert(row.asset_id, row.name.to_owned());
            Some(())
        })?;
        each(&mut reader, |row: HoldingRow| engine.restore_holding(&row))?;
        let pegged: Vec<PeggedRow> = sound(&mut reader)?;
        each(&mut reader, |row: AdjustmentRow<'_>| engine.restore_adjustment(&row))?;
        each(&mut reader, |row: PhaseRow<'_>| engine.restore_phase(&row))?;
        all(&orders, |row| engine.restore_order(row))?;
        resting.extend(held.iter().map(resting_row));
        let for_later: BTreeSet<u64> =
            held.iter().filter(|row| row.is_waiting).map(|row| row.order_id).collect();
        engine.restore_venue(&resting, &for_later, &waiting, &pegged).ok_or(CONTRADICTION)?;
        all(&closed, |row| engine.restore_closed(row))?;
        let is_whole = do_quotes_rest(&quotes, &resting) && are_pegs_told(&resting, &pegged);
        (is_whole && engine.are_instructions_of(&closed)).then_some(()).ok_or(CONTRADICTION)?;
        reader.finish()?;
        // What the rows leave open, such as their order, is found out by comparing.
        if engine.snapshot() == data { Ok(engine) } else { Err(CONTRADICTION) }
    }

    fn restore_engine(&mut self, row: &EngineRow) {
        self.sequence = row.sequence;
        self.output.event_sequence = row.event_sequence;
        self.output.now_ns = row.now_ns;
        self.next_trade_id = row.next_trade_id;
        self.next_valuation_ns = row.next_valuation_ns;
        self.next_day_ns = row.next_day_ns;
        self.firm_state = FirmState { state: row.firm_state, killed: row.firm_killed };
    }

    fn restore_instrument(&mut self, row: &InstrumentRow<'_>) -> Option<()> {
        let definition = DefineInstrument {
            instrument_id: row.instrument_id,
            venue: row.venue,
            phase: row.defined_phase,
            matching: row.matching,
            top_order_priority: row.top_order_priority,
            instrument_kind: row.instrument_kind,
            tick_size: row.tick_size,
            lot_size: row.lot_size,
            unit_value: row.unit_value,
            min_notional: row.min_notional,
            max_order_qty: row.max_order_qty,
            price_band: row.price_band,
            reference_price: row.reference_price,
            minimum_allocation: row.minimum_allocation,
            base_asset_id: row.base_asset_id,
            quote_asset_id: row.quote_asset_id,
            max_fee: row.max_fee,
            symbol: row.symbol,
        };
        let is_new = self.instruments.index_of(row.instrument_id).is_none();
        let is_named_anew = !self.symbols.contains_key(row.symbol);
        (is_new && is_named_anew && is_well_defined(&definition)).then_some(())?;
        let mut instrument = Instrument::new(&definition);
        instrument.phase = row.phase;
        instrument.is_collecting = false;
        if row.venue == VenueKind::External {
            instrument.bid_price = row.bid_price;
            instrument.ask_price = row.ask_price;
        }
        instrument.last_price = row.last_price;
        self.add_instrument(instrument);
        Some(())
    }

    fn restore_account(&mut self, row: &AccountRow<'_>) -> Option<()> {
        let mut account = Account::new(row.account_id, row.account_kind, row.name);
        account.state = row.state;
        account.killed = row.killed;
        account.scope.dirty = row.dirty;
        account.scope.daily_loss_breached = row.daily_loss_breached;
        account.scope.rate_ns = row.rate_ns;
        account.drawdown_breached = row.drawdown_breached;
        account.cancels_on_disconnect = row.cancel_on_disconnect;
        account.balance = row.balance;
        account.peak_equity = row.peak_equity;
        account.day_start_equity = row.day_start_equity;
        let is_new = self.accounts.index_of(row.account_id).is_none();
        is_new.then(|| self.add_account(account)).map(|_| ())
    }

    fn restore_fees(&mut self, row: &FeeRow) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        let instrument = match row.instrument_id {
            0 => None,
            id => Some(self.instruments.index_of(id)?),
        };
        self.put_fees(account, instrument, Fees { maker: row.maker_fee, taker: row.taker_fee });
        Some(())
    }

    fn restore_limits(&mut self, row: &LimitsRow) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        let strategy = match row.strategy_id {
            0 => None,
            id => Some(self.strategy_of(account, id)?),
        };
        let limits = Limits {
            max_order_notional: row.max_order_notional,
            max_position_notional: row.max_position_notional,
            max_exposure_notional: row.max_exposure_notional,
            max_daily_loss: row.max_daily_loss,
            max_drawdown: row.max_drawdown,
            leverage: row.leverage,
            max_open_orders: row.max_open_orders,
            max_orders_per_second: row.max_orders_per_second,
        };
        match strategy {
            None => self.accounts[account].scope.set_limits(limits),
            Some(strategy) => self.strategies[strategy].scope.set_limits(limits),
        }
        Some(())
    }

    fn restore_forbidden(&mut self, row: &ForbiddenRow) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        let instrument = self.instruments.index_of(row.instrument_id)?;
        self.put_permission(account, instrument, false);
        Some(())
    }

    fn restore_self_trade(&mut self, row: &SelfTradeRow) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        self.accounts[account].self_trade_mode = row.mode;
        self.accounts[account].self_trade_group = row.group_id;
        Some(())
    }

    fn restore_throttle(&mut self, row: &ThrottleRow) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        let throttle = &mut self.accounts[account].throttle;
        throttle.set(row.messages_per_second);
        throttle.paid_until_ns = row.paid_until_ns;
        Some(())
    }

    fn restore_strategy(&mut self, row: &StrategyRow<'_>) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        let mut strategy = Strategy::new(row.strategy_id, account, row.name);
        strategy.state = row.state;
        strategy.trading_state = row.trading_state;
        strategy.killed = row.killed;
        strategy.scope.dirty = row.dirty;
        strategy.scope.daily_loss_breached = row.daily_loss_breached;
        strategy.scope.rate_ns = row.rate_ns;
        strategy.net_pnl = row.net_pnl;
        strategy.peak_pnl = row.peak_pnl;
        strategy.max_drawdown = row.max_drawdown;
        strategy.day_start_pnl = row.day_start_pnl;
        strategy.volume = row.volume;
        strategy.gross_profit = row.gross_profit;
        strategy.gross_loss = row.gross_loss;
        strategy.trades = row.trades;
        strategy.wins = row.wins;
        let is_new = self.strategies.index_of(row.strategy_id).is_none();
        is_new.then(|| self.add_strategy(strategy)).map(|_| ())
    }

    fn restore_parameters(&mut self, row: &ParametersRow<'_>) -> Option<()> {
        let index = self.strategies.index_of(row.strategy_id)?;
        self.strategies[index].parameters = Some(row.parameters.to_owned());
        Some(())
    }

    fn restore_position(&mut self, row: &PositionRow) -> Option<()> {
        let account = self.desk_account(row.account_id).ok()?;
        let strategy = self.optional_strategy(account, row.strategy_id)?;
        let instrument = self.instruments.index_of(row.instrument_id)?;
        let slot = self.position_of(account, strategy, instrument);
        let position = &mut self.positions[slot as usize];
        let before = position.value(1);
        position.is_traded = true;
        position.qty = row.qty;
        position.mark_price = row.mark_price;
        position.cost = row.cost;
        position.realised_pnl = row.realised_pnl;
        position.commission = row.commission;
        self.list_position(slot);
        self.follow_position(slot, before);
        Some(())
    }

    fn restore_order(&mut self, row: &OrderRow<'_>) -> Option<()> {
        let account = self.desk_account(row.account_id).ok()?;
        let instrument = self.instruments.index_of(row.instrument_id)?;
        let strategy = self.optional_strategy(account, row.strategy_id)?;
        let client_id = ClientId::parse(row.client_order_id)?;
        let is_named_anew = client_id.is_empty() || self.is_unused(account, &client_id);
        let asked = self.instructions.of(row.order_id);
        (self.open_order(row.order_id).is_none() && is_named_anew && are_sound(&asked)).then_some(())?;
        may_reserve(row, &self.instruments[instrument]).then_some(())?;
        let position = self.position_of(account, strategy, instrument);
        let slot = self.open(DeskOrder {
            order_id: row.order_id,
            instrument,
            account,
            strategy,
            position,
            resting: NONE,
            newer: NONE,
            older: NONE,
            side: row.side,
            order_type: row.order_type,
            time_in_force: row.time_in_force,
            flags: row.flags,
            status: row.status,
            is_instructed: self.instructions.holds(row.order_id),
            is_enlisted: false,
            price: row.price,
            qty: row.qty,
            first_price: row.first_price,
            first_qty: row.first_qty,
            filled_qty: row.filled_qty,
            gate_price: row.gate_price,
            pending_price: row.pending_price,
            pending_qty: row.pending_qty,
            expire_ns: row.expire_ns,
            last_exec_id: row.last_exec_id,
            filled_value: row.filled_value,
            commission: row.commission,
            client_id,
        });
        self.enlist(slot);
        if row.status == OrderStatus::Suspended {
            self.arm_suspended(slot);
            self.remember_due(slot);
        }
        Some(())
    }

    /// Rows come in priority order, but a member's list runs by order_id, through all that the venue holds: slots
    /// first, places after.
    fn restore_venue(
        &mut self,
        resting: &[RestingRow],
        for_later: &BTreeSet<u64>,
        waiting: &[WaitingRow],
        pegged: &[PeggedRow],
    ) -> Option<()> {
        let known: BTreeSet<u64> = resting.iter().map(|row| row.order_id).collect();
        let parked = pegged.iter().filter(|row| !known.contains(&row.order_id));
        let mut held: Vec<(u64, Held<'_>)> =
            resting.iter().map(|row| (row.order_id, Held::Resting(row))).collect();
        held.extend(waiting.iter().map(|row| (row.order_id, Held::Waiting(row))));
        held.extend(parked.map(|row| (row.order_id, Held::Parked(row))));
        held.sort_unstable_by_key(|(order_id, _)| *order_id);
        for (order_id, row) in held {
            match row {
                Held::Resting(row) => self.restore_resting(row, for_later.contains(&order_id))?,
                Held::Waiting(row) => self.restore_waiting(row)?,
                Held::Parked(row) => self.restore_parked(row)?,
            }
        }
        for row in pegged {
            self.restore_peg(row)?;
        }
        self.restore_places(resting)
    }

    fn restore_resting(&mut self, row: &RestingRow, is_for_later: bool) -> Option<()> {
        let mut order = self.resting_of(row)?;
        order.set_waiting(is_for_later);
        let slot = self.add_resting(order, row.leaves_qty);
        if self.instructions.holds(row.order_id) {
            self.mark_instructed(slot);
            self.restore_slice(slot, row)?;
        }
        Some(())
    }

    fn restore_places(&mut self, resting: &[RestingRow]) -> Option<()> {
        for row in resting {
            let slot = match self.open_order(row.order_id)? {
                OpenOrder::Desk(slot) => self.desk_orders[slot].resting,
                OpenOrder::Member(slot) => slot,
            };
            (slot != NONE).then_some(())?;
            let order = self.resting[slot];
            let level = if order.is_in_book() { order.price } else { 0 };
            let place = self.instruments[order.instrument].place_of(&order);
            place.push(&mut self.resting.nodes, slot, order.side, level);
            if order.order_type() == OrderType::Pegged {
                self.show_peg(&order);
            }
        }
        Some(())
    }

    /// An iceberg shows what it had left of its slice.
    fn restore_slice(&mut self, slot: u32, row: &RestingRow) -> Option<()> {
        if self.resting.nodes[slot].is_iceberg {
            (row.displayed_qty > 0).then_some(())?;
            self.resting.nodes[slot].leaves = row.displayed_qty;
            self.instructions.set_reserve(row.order_id, row.leaves_qty - row.displayed_qty);
        }
        Some(())
    }

    pub(super) fn resting_of(&self, row: &RestingRow) -> Option<Resting> {
        let account = self.accounts.index_of(row.account_id)?;
        let mut order = Resting::new(row.order_id, row.side, row.price, row.qty);
        order.expire_ns = row.expire_ns;
        order.instrument = self.instruments.index_of(row.instrument_id)?;
        order.account = account;
        order.set_order_type(row.order_type);
        order.time_in_force = row.time_in_force;
        order.flags = row.flags;
        let is_held_anew = match self.open_order(row.order_id) {
            Some(OpenOrder::Desk(slot)) => {
                order.desk = slot;
                let desk = &self.desk_orders[slot];
                desk.resting == NONE
                    && (desk.account, desk.instrument) == (account, order.instrument)
                    && (desk.side, desk.leaves()) == (row.side, row.leaves_qty)
            }
            Some(OpenOrder::Member(_)) => false,
            None => !self.accounts[account].is_desk(),
        };
        (is_held_anew && are_sound(&self.instructions.of(row.order_id))).then_some(order)
    }

    fn restore_closed(&mut self, row: &ClosedRow<'_>) -> Option<()> {
        let account = self.accounts.index_of(row.account_id)?;
        let client_id = ClientId::parse(row.client_order_id)?;
        self.is_unused(account, &client_id).then_some(())?;
        let closed = ClosedOrder {
            order_id: row.order_id,
            content: OrderContent {
                instrument_id: row.instrument_id,
                strategy_id: row.strategy_id,
                side: row.side,
                order_type: row.order_type,
                time_in_force: row.time_in_force,
                flags: row.flags,
                price: row.price,
                qty: row.qty,
                expire_ns: row.expire_ns,
                is_instructed: self.instructions.holds(row.order_id),
            },
            client_id,
        };
        self.accounts[account].client_ids.remember(closed, &self.desk_orders);
        Some(())
    }

    fn is_unused(&self, account: u32, client_id: &ClientId) -> bool {
        self.accounts[account].client_ids.find(client_id, &self.desk_orders).is_none()
    }

    fn optional_strategy(&self, account: u32, strategy_id: u32) -> Option<u32> {
        if strategy_id == 0 { Some(NONE) } else { self.strategy_of(account, strategy_id) }
    }
}

/// An order outside the book, as if it were in it.
const fn resting_row(row: &HeldRow) -> RestingRow {
    RestingRow {
        order_id: row.order_id,
        instrument_id: row.instrument_id,
        account_id: row.account_id,
        side: row.side,
        order_type: row.order_type,
        time_in_force: row.time_in_force,
        flags: row.flags,
        price: row.price,
        qty: row.qty,
        leaves_qty: row.leaves_qty,
        displayed_qty: 0,
        expire_ns: row.expire_ns,
    }
}

fn all<R>(rows: &[R], restore: impl FnMut(&R) -> Option<()>) -> Result<(), Malformed> {
    rows.iter().map(restore).collect::<Option<()>>().ok_or(CONTRADICTION)
}

fn each<'a, R: Row<'a> + Sound>(
    reader: &mut Reader<'a>,
    mut restore: impl FnMut(R) -> Option<()>,
) -> Result<(), Malformed> {
    for row in sound::<R>(reader)? {
        restore(row).ok_or(CONTRADICTION)?;
    }
    Ok(())
}

/// The rows of the next section, each within its bounds.
fn sound<'a, R: Row<'a> + Sound>(reader: &mut Reader<'a>) -> Result<Vec<R>, Malformed> {
    let rows: Vec<R> = reader.section()?;
    if rows.iter().all(R::is_sound) { Ok(rows) } else { Err(CONTRADICTION) }
}
