//! The engine: all state, and the one way to change it.

mod auctions;
mod cancels;
mod contingents;
mod deltas;
mod expiry;
mod fee_tiers;
mod gate;
mod guards;
mod icebergs;
mod instructed;
mod ledger;
mod look_ahead;
mod mass_quote;
mod matching;
mod orders;
mod participants;
mod pegging;
mod phases;
mod pools;
mod pro_rata;
mod protections;
mod reactions;
mod reference_data;
mod replaces;
mod reports;
mod restore;
mod session_rows;
mod sessions;
mod snapshot;
mod soundness;
mod spot;
mod spot_rows;
mod strategies;
mod timers;
mod trade_corrections;
mod trading_state;
mod venue;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use cambist_wire::commands::{CancelOrder, NewOrder, ReplaceOrder};
use cambist_wire::events::CommandRejected;
use cambist_wire::participants::FeeTier;
use cambist_wire::{Command, Frame, Header, Malformed, Side, TradingState};

use self::look_ahead::LookAhead;
use crate::account::Account;
use crate::desk_order::DeskOrder;
use crate::expiries::Expiries;
use crate::instructions::InstructionTable;
use crate::instrument::Instrument;
use crate::output::Output;
use crate::past_trades::PastTrades;
use crate::position::Position;
use crate::protection::Protections;
use crate::quotes::Quotes;
use crate::registry::Registry;
use crate::resting::RestingOrders;
use crate::session::Breaker;
use crate::slab::Slab;
use crate::slot_index::SlotIndex;
use crate::strategy::Strategy;

/// Grows with every change of a rule.
pub const ENGINE_VERSION: u32 = 3;

const MAX_NOW_NS: i64 = 1 << 62;

/// What the engine tells of while it applies a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A command begins.
    Begins,
    /// An order of the desk has passed the gate.
    Admitted,
}

/// Why commands were not applied. Nothing of what was given has changed the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The bytes are not commands.
    Malformed(Malformed),
    /// A sequence or time does not continue the engine's, or the engine failed before.
    Invariant(String),
}

impl From<Malformed> for Refused {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// The whole state. The same commands give the same events and the same snapshot.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    sequence: u64,
    next_trade_id: u64,
    /// No timer is due before this instant.
    wake_ns: i64,
    next_valuation_ns: i64,
    next_day_ns: i64,
    firm_state: FirmState,
    instruments: Registry<Instrument>,
    symbols: BTreeMap<String, u32>,
    assets: BTreeMap<u32, String>,
    accounts: Registry<Account>,
    strategies: Registry<Strategy>,
    /// Indices of the desk's accounts, by id.
    desk_accounts: Vec<u32>,
    positions: Vec<Position>,
    /// By account, strategy and instrument.
    position_index: SlotIndex<(u32, u32, u32)>,
    desk_orders: Slab<DeskOrder>,
    resting: RestingOrders,
    instructions: InstructionTable,
    order_index: SlotIndex<u64>,
    expiries: Expiries,
    /// By account id, 0 for all that have none of their own.
    fee_schedules: BTreeMap<u32, Vec<FeeTier>>,
    past_trades: PastTrades,
    quotes: Quotes,
    protections: Protections,
    saved: BTreeMap<u32, Vec<u8>>,
    /// Instruments that have changed and on which orders wait for a trigger.
    changed: Vec<u32>,
    /// Of those on which orders are due: index by id.
    due: BTreeMap<u32, u32>,
    groups: contingents::Groups,
    /// Levels whose deltas this command still owes.
    touched: Vec<(Side, i64)>,
    /// Whether a level was touched out of the order in which matching goes.
    is_touched_anywhere: bool,
    /// Instruments whose auction or limit state may have to be stated anew.
    changed_sessions: Vec<u32>,
    /// Deadlines of instruments: (when, class, instrument_id).
    session_timers: BTreeSet<(i64, u8, u32)>,
    breaker: Option<Breaker>,
    /// The next trade's id when the circuit breaker last looked; 0: it has to look.
    watched_trade_id: u64,
    /// DAY orders that rest, wait or are suspended: instrument and order_id.
    day_orders: BTreeSet<(u32, u64)>,
    scratch: Vec<u32>,
    output: Output,
    /// Who times the engine, which has no clock; no part of its state.
    watch: Option<fn(Moment)>,
    /// True while a command is being applied: true at the start of another, the last one failed midway.
    is_applying: bool,
}

/// State and latch of the firm.
#[derive(Clone, Copy, Debug)]
struct FirmState {
    state: TradingState,
    killed: bool,
}

impl Default for FirmState {
    fn default() -> Self {
        Self { state: TradingState::Active, killed: false }
    }
}

impl Engine {
    /// An empty engine.
    #[must_use]
    pub fn new() -> Self {
        Self { next_trade_id: 1, ..Self::default() }
    }

    /// Tell somebody who has a clock of each moment from now on.
    pub fn watch_with(&mut self, watch: fn(Moment)) {
        self.watch = Some(watch);
    }

    #[inline(always)]
    fn tell(&self, moment: Moment) {
        if let Some(watch) = self.watch {
            watch(moment);
        }
    }

    /// Of the last applied command; 0 at first.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Of the last event; 0 at first.
    #[must_use]
    pub const fn event_sequence(&self) -> u64 {
        self.output.event_sequence
    }

    /// The engine's time.
    #[must_use]
    pub const fn now_ns(&self) -> i64 {
        self.output.now_ns
    }

    /// Apply one packed command; gives the packed events.
    pub fn apply(&mut self, record: &[u8]) -> Result<&[u8], Refused> {
        self.check_usable()?;
        let frame = Frame::check(record, 0)?;
        if frame.header.size != record.len() {
            return Err(
                Malformed { offset: frame.header.size, problem: "there is more behind the command" }.into()
            );
        }
        check_continues(&frame.header, self.sequence, self.output.now_ns)?;
        self.output.clear();
        self.run(&frame);
        Ok(self.output.bytes())
    }

    /// Apply packed commands; gives each followed by its events.
    pub fn apply_batch(&mut self, records: &[u8]) -> Result<&[u8], Refused> {
        self.check_usable()?;
        self.check_batch(records)?;
        self.output.clear();
        let mut ahead = LookAhead::over(records, self.positions.len());
        let (mut offset, mut next) = (0, Frame::read(records, 0).ok());
        while let Some(frame) = next {
            let record = &records[offset..offset + frame.header.size];
            offset += record.len();
            next = Frame::read(records, offset).ok();
            self.look_at_next(next.as_ref());
            if let Some(ahead) = &mut ahead {
                ahead.step(self);
            }
            self.output.copy(record);
            self.run(&frame);
        }
        Ok(self.output.bytes())
    }

    fn check_usable(&self) -> Result<(), Refused> {
        if self.is_applying {
            return Err(Refused::Invariant(
                "the engine failed in the middle of an earlier command".to_owned(),
            ));
        }
        Ok(())
    }

    /// Nothing of a batch is applied unless all of it can be.
    fn check_batch(&self, records: &[u8]) -> Result<(), Refused> {
        let (mut sequence, mut now_ns, mut offset) = (self.sequence, self.output.now_ns, 0);
        let mut discontinuity = Ok(());
        while offset < records.len() {
            let header = Frame::check(records, offset)?.header;
            if discontinuity.is_ok() {
                discontinuity = check_continues(&header, sequence, now_ns);
            }
            (sequence, now_ns) = (header.sequence, header.now_ns);
            offset += header.size;
        }
        discontinuity
    }

    /// Run a command whose frame was checked.
    #[inline]
    fn run(&mut self, frame: &Frame<'_>) {
        let header = &frame.header;
        self.is_applying = true;
        self.tell(Moment::Begins);
        self.fire_timers(header.now_ns);
        self.sequence = header.sequence;
        self.output.now_ns = header.now_ns;
        if let Err(reason) = self.dispatch(frame) {
            let command_kind = u32::from(header.kind);
            self.output.emit(&CommandRejected { command_sequence: header.sequence, command_kind, reason });
        }
        self.pull_quotes();
        self.react();
        self.watch_market();
        if !self.changed_sessions.is_empty() {
            self.close_command();
        }
        self.is_applying = false;
    }

    /// The commands that come most are read where they are applied.
    #[inline(always)]
    fn dispatch(&mut self, frame: &Frame<'_>) -> Result<(), u32> {
        const CHECKED: &str = "the frame was checked";
        match frame.header.kind {
            NewOrder::KIND => self.new_order(&NewOrder::read(frame.body).expect(CHECKED), None),
            CancelOrder::KIND => self.cancel_order(&CancelOrder::read(frame.body).expect(CHECKED)),
            ReplaceOrder::KIND => self.replace_order(&ReplaceOrder::read(frame.body).expect(CHECKED)),
            kind => return self.dispatch_other(&Command::read(kind, frame.body).expect(CHECKED)),
        }
        Ok(())
    }

    /// Orders answer for themselves; every other refusal comes back as a reason.
    fn dispatch_other(&mut self, command: &Command<'_>) -> Result<(), u32> {
        match command {
            Command::NewOrder(order) => self.new_order(order, None),
            Command::NewInstructedOrder(order) => self.new_instructed_order(order),
            Command::CancelOrder(cancel) => self.cancel_order(cancel),
            Command::ReplaceOrder(replace) => self.replace_order(replace),
            Command::AdvanceTime(_) => {}
            Command::MassCancel(cancel) => return self.mass_cancel(cancel),
            Command::VenueReport(report) => return self.venue_report(report),
            Command::MarketUpdate(update) => return self.market_update(update),
            Command::DefineInstrument(definition) => return self.define_instrument(definition),
            Command::DefineAsset(definition) => return self.define_asset(definition),
            Command::AdjustHolding(adjustment) => return self.adjust_holding(adjustment),
            Command::OpenAccount(opening) => return self.open_account(opening),
            Command::AdjustBalance(adjustment) => return self.adjust_balance(adjustment),
            Command::SetFees(fees) => return self.set_fees(fees),
            Command::SetLimits(limits) => return self.set_limits(limits),
            Command::SetSymbolPermission(permission) => return self.set_symbol_permission(permission),
            Command::SetTradingState(change) => return self.set_trading_state(change),
            Command::SetSelfTradePrevention(change) => return self.set_self_trade_prevention(change),
            Command::SetPhase(change) => return self.set_phase(change),
            Command::SetSchedule(change) => return self.set_schedule(change),
            Command::SetVolatilityGuard(change) => return self.set_volatility_guard(change),
            Command::HaltInstrument(halt) => return self.halt_instrument(halt),
            Command::SetCircuitBreaker(change) => return self.set_circuit_breaker(change),
            Command::Kill(kill) => return self.kill(kill),
            Command::ResetKill(reset) => return self.reset_kill(reset),
            Command::CreateStrategy(creation) => return self.create_strategy(creation),
            Command::SetStrategyState(change) => return self.set_strategy_state(change),
            Command::SetStrategyParameters(change) => return self.set_strategy_parameters(change),
            Command::SetCancelOnDisconnect(change) => return self.set_cancel_on_disconnect(change),
            Command::EndSession(end) => return self.end_session(end),
            Command::MassQuote(quotes) => self.mass_quote(quotes),
            Command::SetMarketMakerProtection(change) => return self.set_protection(change),
            Command::ResetProtection(reset) => return self.reset_protection(reset),
            Command::SetFeeTiers(change) => return self.set_fee_tiers(change),
            Command::BustTrade(bust) => return self.bust_trade(bust),
            Command::CorrectTrade(correction) => return self.correct_trade(correction),
            Command::SetThrottle(change) => return self.set_throttle(change),
            Command::SaveState(save) => self.save_state(save.slot, save.state),
        }
        Ok(())
    }
}

fn check_continues(header: &Header, sequence: u64, now_ns: i64) -> Result<(), Refused> {
    if header.sequence != sequence + 1 {
        let problem = format!("command {} follows command {sequence}", header.sequence);
        return Err(Refused::Invariant(problem));
    }
    if header.now_ns < now_ns || header.now_ns >= MAX_NOW_NS {
        let problem = format!("time {} follows time {now_ns}", header.now_ns);
        return Err(Refused::Invariant(problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use cambist_wire::Record;
    use cambist_wire::commands::AdvanceTime;

    use super::{Engine, Refused};

    fn advance(sequence: u64, now_ns: i64) -> Vec<u8> {
        let mut bytes = Vec::new();
        AdvanceTime {}.encode(sequence, now_ns, &mut bytes);
        bytes
    }

    #[test]
    fn a_gap_or_a_step_back_is_refused_and_harms_nothing() {
        let mut engine = Engine::new();
        engine.apply(&advance(1, 5)).unwrap();
        let before = engine.snapshot();
        let gap = [advance(2, 5), advance(4, 5)].concat();
        assert!(matches!(engine.apply_batch(&gap), Err(Refused::Invariant(_))));
        assert!(matches!(engine.apply(&advance(2, 4)), Err(Refused::Invariant(_))));
        assert!(matches!(engine.apply(&advance(2, 1 << 62)), Err(Refused::Invariant(_))));
        assert_eq!(engine.snapshot(), before);
        engine.apply(&advance(2, 5)).unwrap();
    }

    #[test]
    fn damaged_bytes_are_refused_before_anything_is_applied() {
        let mut engine = Engine::new();
        let mut batch = [advance(1, 1), advance(2, 2)].concat();
        batch[24 + 4] = 99;
        assert!(matches!(engine.apply_batch(&batch), Err(Refused::Malformed(_))));
        assert_eq!(engine.sequence(), 0);
    }

    #[test]
    fn an_engine_that_failed_midway_refuses_everything() {
        let mut engine = Engine { is_applying: true, ..Engine::new() };
        assert!(matches!(engine.apply(&advance(1, 1)), Err(Refused::Invariant(_))));
        assert!(matches!(engine.apply_batch(&advance(1, 1)), Err(Refused::Invariant(_))));
    }
}
