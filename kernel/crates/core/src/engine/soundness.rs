//! What each row of a snapshot must be by itself, so that nothing that is derived from it leaves its width. Our own
//! snapshots always are; bytes that were damaged, or made up, are found out here and not by a panic.

use std::collections::BTreeSet;

use cambist_wire::snapshot::{
    AccountRow, AdjustmentRow, AssetRow, CircuitBreakerRow, ClosedRow, EngineRow, FeeRow, FeeTierRow,
    ForbiddenRow, HeldRow, HoldingRow, InstructionRow, InstrumentRow, LimitsRow, OrderRow, ParametersRow,
    PeggedRow, PhaseRow, PositionRow, ProtectionFillRow, ProtectionRow, QuoteRow, RestingRow, SavedStateRow,
    ScheduleRow, SelfTradeRow, SessionRow, StrategyRow, ThrottleRow, TradeRow, VolatilityGuardRow, VolumeRow,
    WaitingRow,
};
use cambist_wire::{MAX_PRICE, MAX_QTY, OrderType};

use super::Engine;
use crate::instructions::Instructions;
use crate::instrument::Instrument;

/// Sums of money are far below: they grow by an i64 for each command at most.
const MONEY_MAX: u128 = 1 << 120;
/// Ids and sequences count from 1.
const COUNT_MAX: u64 = 1 << 62;
/// No command is later than 2^62, and no deadline lies more than weeks behind one.
const TIME_MAX_NS: i64 = (1 << 62) + (1 << 53);
const DAY_NS: i64 = 86_400_000_000_000;
const MILLION: i64 = 1_000_000;

/// A row that says whether it can be one of ours.
pub(super) trait Sound {
    /// True where every number is within its bounds. What is only stored and compared needs none.
    fn is_sound(&self) -> bool {
        true
    }
}

impl Sound for AdjustmentRow<'_> {}
impl Sound for AssetRow<'_> {}
impl Sound for CircuitBreakerRow {}
impl Sound for ClosedRow<'_> {}
impl Sound for ForbiddenRow {}
impl Sound for InstructionRow {}
impl Sound for ParametersRow<'_> {}
impl Sound for ProtectionRow {}
impl Sound for QuoteRow {}
impl Sound for SavedStateRow<'_> {}
impl Sound for SelfTradeRow {}
impl Sound for TradeRow {}
impl Sound for VolatilityGuardRow {}

fn is_price(price: i64) -> bool {
    (0..=MAX_PRICE).contains(&price)
}

fn is_qty(qty: i64) -> bool {
    (1..=MAX_QTY).contains(&qty)
}

fn are_money(amounts: &[i128]) -> bool {
    amounts.iter().all(|amount| amount.unsigned_abs() <= MONEY_MAX)
}

fn are_times(times_ns: &[i64]) -> bool {
    times_ns.iter().all(|time_ns| (0..=TIME_MAX_NS).contains(time_ns))
}

impl Sound for EngineRow {
    fn is_sound(&self) -> bool {
        [self.sequence, self.event_sequence, self.next_trade_id].iter().all(|count| *count <= COUNT_MAX)
            && are_times(&[self.now_ns, self.next_valuation_ns, self.next_day_ns])
            && self.next_trade_id > 0
    }
}

fn are_rates(rates: &[i64]) -> bool {
    rates.iter().all(|rate| (-MILLION..=MILLION).contains(rate))
}

impl Sound for FeeRow {
    fn is_sound(&self) -> bool {
        are_rates(&[self.maker_fee, self.taker_fee])
    }
}

impl Sound for FeeTierRow {
    fn is_sound(&self) -> bool {
        are_rates(&[self.maker_fee, self.taker_fee])
    }
}

impl Sound for LimitsRow {
    fn is_sound(&self) -> bool {
        let money = [self.max_order_notional, self.max_position_notional, self.max_exposure_notional];
        let others = [self.max_daily_loss, self.leverage, self.max_open_orders, self.max_orders_per_second];
        money.iter().chain(&others).all(|limit| *limit >= 0) && (0..=MILLION).contains(&self.max_drawdown)
    }
}

impl Sound for ThrottleRow {
    fn is_sound(&self) -> bool {
        self.messages_per_second > 0 && are_times(&[self.paid_until_ns])
    }
}

impl Sound for ScheduleRow<'_> {
    fn is_sound(&self) -> bool {
        (0..=DAY_NS).contains(&self.extension_ns) && (0..=MILLION).contains(&self.extension_band)
    }
}

impl Sound for InstrumentRow<'_> {
    fn is_sound(&self) -> bool {
        is_price(self.bid_price) && is_price(self.ask_price) && is_price(self.last_price)
    }
}

impl Sound for SessionRow {
    fn is_sound(&self) -> bool {
        is_price(self.reference_price)
            && is_price(self.day_price)
            && are_times(&[self.due_ns, self.next_step_ns])
    }
}

impl Sound for PhaseRow<'_> {
    fn is_sound(&self) -> bool {
        are_times(&[self.since_ns])
    }
}

impl Sound for AccountRow<'_> {
    fn is_sound(&self) -> bool {
        are_money(&[self.balance, self.peak_equity, self.day_start_equity]) && are_times(&[self.rate_ns])
    }
}

impl Sound for StrategyRow<'_> {
    fn is_sound(&self) -> bool {
        are_money(&[self.net_pnl, self.peak_pnl, self.max_drawdown, self.day_start_pnl, self.volume])
            && are_money(&[self.gross_profit, self.gross_loss])
            && are_times(&[self.rate_ns])
            && self.trades.max(self.wins) <= COUNT_MAX
    }
}

impl Sound for PositionRow {
    fn is_sound(&self) -> bool {
        is_price(self.mark_price)
            && self.qty.unsigned_abs() <= COUNT_MAX
            && are_money(&[self.cost, self.realised_pnl, self.commission])
    }
}

impl Sound for HoldingRow {
    fn is_sound(&self) -> bool {
        are_money(&[self.balance])
    }
}

impl Sound for VolumeRow {
    fn is_sound(&self) -> bool {
        are_money(&[self.volume])
    }
}

impl Sound for ProtectionFillRow {
    fn is_sound(&self) -> bool {
        self.qty.unsigned_abs() <= MAX_QTY as u64 && are_times(&[self.filled_ns])
    }
}

impl Sound for OrderRow<'_> {
    fn is_sound(&self) -> bool {
        is_qty(self.qty)
            && (0..self.qty).contains(&self.filled_qty)
            && [self.price, self.first_price, self.gate_price, self.pending_price].into_iter().all(is_price)
            && is_qty(self.first_qty)
            && (0..=MAX_QTY).contains(&self.pending_qty)
            && self.expire_ns >= 0
            && are_money(&[self.filled_value, self.commission])
    }
}

impl Sound for RestingRow {
    fn is_sound(&self) -> bool {
        is_qty(self.qty)
            && (1..=self.qty).contains(&self.leaves_qty)
            && (0..=self.leaves_qty).contains(&self.displayed_qty)
            && is_price(self.price)
            && self.expire_ns >= 0
    }
}

impl Sound for HeldRow {
    fn is_sound(&self) -> bool {
        is_qty(self.qty) && (1..=self.qty).contains(&self.leaves_qty) && is_price(self.price)
    }
}

impl Sound for WaitingRow {
    fn is_sound(&self) -> bool {
        // A trailing stop may trail by any distance.
        let triggers = -MAX_PRICE..=2 * MAX_PRICE;
        is_qty(self.qty)
            && is_price(self.price)
            && is_price(self.best_price)
            && triggers.contains(&self.trigger_price)
            && self.expire_ns >= 0
    }
}

impl Sound for PeggedRow {
    fn is_sound(&self) -> bool {
        is_qty(self.qty)
            && (1..=self.qty).contains(&self.leaves_qty)
            && is_price(self.limit_price)
            && self.expire_ns >= 0
    }
}

/// Whether an open order may have been sent with these. Of an ended one that was refused they may be anything.
pub(super) fn are_sound(asked: &Instructions) -> bool {
    (0..=MAX_QTY).contains(&asked.display_qty)
        && (0..=MAX_QTY).contains(&asked.min_qty)
        && is_price(asked.trigger_price)
        && (-MAX_PRICE..=MAX_PRICE).contains(&asked.offset)
}

/// Whether what an open order reserves fits, as the gate has made sure.
pub(super) fn may_reserve(row: &OrderRow<'_>, instrument: &Instrument) -> bool {
    let leaves = row.qty - row.filled_qty;
    let notional = i128::from(row.gate_price) * i128::from(leaves) * i128::from(instrument.unit_value);
    notional <= i128::from(i64::MAX)
}

/// Whether every order that stands for a quote rests.
pub(super) fn do_quotes_rest(quotes: &[QuoteRow], resting: &[RestingRow]) -> bool {
    let held: BTreeSet<u64> = resting.iter().map(|row| row.order_id).collect();
    let mut ids = quotes.iter().flat_map(|row| [row.bid_order_id, row.ask_order_id]);
    ids.all(|order_id| order_id == 0 || held.contains(&order_id))
}

/// Whether what each pegged order in a book follows was told.
pub(super) fn are_pegs_told(resting: &[RestingRow], pegged: &[PeggedRow]) -> bool {
    let told: BTreeSet<u64> = pegged.iter().map(|row| row.order_id).collect();
    let mut in_books = resting.iter().filter(|row| row.order_type == OrderType::Pegged);
    in_books.all(|row| told.contains(&row.order_id))
}

/// What a comparison of snapshots cannot find out: tables that are kept as they are told.
impl Engine {
    /// Whether instructions are those of an order that is open or remembered.
    pub(super) fn are_instructions_of(&self, closed: &[ClosedRow<'_>]) -> bool {
        let ended: BTreeSet<u64> = closed.iter().map(|row| row.order_id).collect();
        let mut ids = self.instructions.rows().map(|row| row.order_id);
        ids.all(|order_id| ended.contains(&order_id) || self.open_order(order_id).is_some())
    }
}
