//! The canonical snapshot: rows and their framing. Field meanings and orders: `protocols/snapshot.py`.

use crate::layout::{Field, Text};
pub use crate::pegged_row::PeggedRow;
use crate::record::Malformed;
pub use crate::session_rows::{
    CircuitBreakerRow, HeldRow, PhaseRow, ScheduleRow, SessionRow, VolatilityGuardRow,
};
pub use crate::spot_rows::{AdjustmentRow, AssetRow, HoldingRow};
use crate::{
    AccountKind, Contingency, InstrumentKind, MatchingRule, OffsetUnit, OrderFlags, OrderStatus, OrderType,
    PegReference, Phase, SelfTradeMode, Side, StrategyState, TimeInForce, TradingState, TriggerSource,
    VenueKind,
};

fixed_part! {
    /// The one row of the first section.
    EngineRow [] {
        sequence: u64,
        event_sequence: u64,
        now_ns: i64,
        next_trade_id: u64,
        next_valuation_ns: i64,
        next_day_ns: i64,
        firm_state: TradingState,
        firm_killed: bool,
    }
}

fixed_part! {
    /// By instrument_id.
    InstrumentRow ['a] {
        instrument_id: u32,
        venue: VenueKind,
        phase: Phase,
        defined_phase: Phase,
        matching: MatchingRule,
        top_order_priority: bool,
        instrument_kind: InstrumentKind,
        tick_size: i64,
        lot_size: i64,
        unit_value: i64,
        min_notional: i64,
        max_order_qty: i64,
        price_band: i64,
        reference_price: i64,
        minimum_allocation: i64,
        base_asset_id: u32,
        quote_asset_id: u32,
        max_fee: i64,
        bid_price: i64,
        ask_price: i64,
        last_price: i64,
    } tail symbol: &'a str
}

fixed_part! {
    /// By account_id.
    AccountRow ['a] {
        account_id: u32,
        account_kind: AccountKind,
        state: TradingState,
        killed: bool,
        dirty: bool,
        daily_loss_breached: bool,
        drawdown_breached: bool,
        cancel_on_disconnect: bool,
        balance: i128,
        peak_equity: i128,
        day_start_equity: i128,
        rate_ns: i64,
    } tail name: &'a str
}

fixed_part! {
    /// By account_id, instrument_id.
    FeeRow [] { account_id: u32, instrument_id: u32, maker_fee: i64, taker_fee: i64 }
}

fixed_part! {
    /// By account_id, strategy_id; only where set.
    LimitsRow [] {
        account_id: u32,
        strategy_id: u32,
        max_order_notional: i64,
        max_position_notional: i64,
        max_exposure_notional: i64,
        max_daily_loss: i64,
        max_drawdown: i64,
        leverage: i64,
        max_open_orders: i64,
        max_orders_per_second: i64,
    }
}

fixed_part! {
    /// By account_id, instrument_id: the pairs that are forbidden.
    ForbiddenRow [] { account_id: u32, instrument_id: u32 }
}

fixed_part! {
    /// By account_id; only where mode or group are not the default.
    SelfTradeRow [] { account_id: u32, mode: SelfTradeMode, group_id: u32 }
}

fixed_part! {
    /// By strategy_id.
    StrategyRow ['a] {
        strategy_id: u32,
        account_id: u32,
        state: StrategyState,
        trading_state: TradingState,
        killed: bool,
        dirty: bool,
        daily_loss_breached: bool,
        net_pnl: i128,
        peak_pnl: i128,
        max_drawdown: i128,
        day_start_pnl: i128,
        volume: i128,
        gross_profit: i128,
        gross_loss: i128,
        trades: u64,
        wins: u64,
        rate_ns: i64,
    } tail name: &'a str
}

fixed_part! {
    /// By strategy_id; only where set.
    ParametersRow ['a] { strategy_id: u32 } tail parameters: &'a str
}

fixed_part! {
    /// By account_id, strategy_id, instrument_id; every position that ever had a fill.
    PositionRow [] {
        account_id: u32,
        strategy_id: u32,
        instrument_id: u32,
        qty: i64,
        mark_price: i64,
        cost: i128,
        realised_pnl: i128,
        commission: i128,
    }
}

fixed_part! {
    /// By order_id: the desk's open orders.
    OrderRow ['a] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        strategy_id: u32,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        flags: OrderFlags,
        status: OrderStatus,
        price: i64,
        qty: i64,
        first_price: i64,
        first_qty: i64,
        filled_qty: i64,
        gate_price: i64,
        pending_price: i64,
        pending_qty: i64,
        expire_ns: i64,
        last_exec_id: u64,
        filled_value: i128,
        commission: i128,
    } tail client_order_id: Text<'a>
}

fixed_part! {
    /// The venue's books, in priority order: by instrument_id, BUY then SELL, best price first, then time.
    RestingRow [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        flags: OrderFlags,
        price: i64,
        qty: i64,
        leaves_qty: i64,
        displayed_qty: i64,
        expire_ns: i64,
    }
}

fixed_part! {
    /// By account_id, then oldest first: ended orders that had a client_order_id, at most 65,536 per
    /// account.
    ClosedRow ['a] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        strategy_id: u32,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        flags: OrderFlags,
        price: i64,
        qty: i64,
        expire_ns: i64,
    } tail client_order_id: Text<'a>
}

fixed_part! {
    /// By slot.
    SavedStateRow ['a] { slot: u32 } tail state: &'a [u8]
}

fixed_part! {
    /// By order_id: what orders asked beyond a plain one, open or remembered; only where it is not the default.
    InstructionRow [] {
        order_id: u64,
        group_id: u32,
        trigger_source: TriggerSource,
        offset_unit: OffsetUnit,
        peg_reference: PegReference,
        contingency: Contingency,
        display_qty: i64,
        min_qty: i64,
        trigger_price: i64,
        offset: i64,
    }
}

fixed_part! {
    /// By order_id: the orders that wait at the venue for their trigger.
    WaitingRow [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        flags: OrderFlags,
        price: i64,
        qty: i64,
        expire_ns: i64,
        trigger_price: i64,
        best_price: i64,
    }
}

fixed_part! {
    /// By account_id; only where there is a throttle.
    ThrottleRow [] { account_id: u32, messages_per_second: i64, paid_until_ns: i64 }
}

fixed_part! {
    /// By account_id, strategy_id, instrument_id, quote_id: the open orders that stand for a quote's sides.
    QuoteRow [] {
        account_id: u32,
        strategy_id: u32,
        instrument_id: u32,
        quote_id: u32,
        bid_order_id: u64,
        ask_order_id: u64,
    }
}

fixed_part! {
    /// By account_id, instrument_id (0: all).
    ProtectionRow [] {
        account_id: u32,
        instrument_id: u32,
        window_ns: i64,
        max_fills: i64,
        max_qty: i64,
        max_delta: i64,
        triggered: bool,
    }
}

fixed_part! {
    /// By account_id, instrument_id, then oldest first: fills that a protection counts.
    ProtectionFillRow [] { account_id: u32, instrument_id: u32, filled_ns: i64, qty: i64 }
}

fixed_part! {
    /// By account_id (0: all without a schedule of their own), volume.
    FeeTierRow [] { account_id: u32, volume: i64, maker_fee: i64, taker_fee: i64 }
}

fixed_part! {
    /// By account_id, day: what an account traded, today and on the 30 days before.
    VolumeRow [] { account_id: u32, day: i64, volume: i128 }
}

fixed_part! {
    /// By trade_id without gaps: the last trades of our venue.
    TradeRow [] {
        trade_id: u64,
        instrument_id: u32,
        maker_account_id: u32,
        maker_strategy_id: u32,
        taker_account_id: u32,
        taker_strategy_id: u32,
        aggressor: Side,
        in_auction: bool,
        busted: bool,
        price: i64,
        qty: i64,
        maker_fee: i64,
        taker_fee: i64,
    }
}

/// The first bytes of every snapshot.
pub const MAGIC: &[u8; 8] = b"CMBSNAP1";

/// A row of a section, for reading and writing.
pub trait Row<'a>: Sized {
    /// Append the packed row.
    fn encode(&self, out: &mut Vec<u8>);
    /// From the fixed part and the tail.
    fn read(fixed: &'a [u8], tail: &'a [u8]) -> Option<Self>;
    /// Size of the fixed part, in bytes.
    const FIXED: usize;
    /// Whether it ends in text or a blob.
    const TAILED: bool;
}

macro_rules! rows {
    ($($name:ident [$($life:lifetime)?]),* $(,)?) => {
        $(impl<'a> Row<'a> for $name $(<$life>)? {
            fn encode(&self, out: &mut Vec<u8>) {
                let tail = self.tail_bytes();
                let mut bytes = [0u8; 8 + $name::FIXED_BYTES];
                (tail.len() as u32).put(&mut bytes[0..4]);
                self.put_fixed(&mut bytes[8..]);
                out.extend_from_slice(&bytes);
                out.extend_from_slice(tail);
                out.extend_from_slice(&[0u8; 8][..tail.len().wrapping_neg() % 8]);
            }

            fn read(fixed: &'a [u8], tail: &'a [u8]) -> Option<Self> {
                Self::get(fixed, tail)
            }

            const FIXED: usize = $name::FIXED_BYTES;
            const TAILED: bool = $name::HAS_TAIL;
        })*

        /// How many sections a snapshot has.
        pub const SECTION_COUNT: u32 = [$(stringify!($name)),*].len() as u32;

        /// The layout of every row, by section.
        #[must_use]
        pub fn layouts() -> Vec<crate::Layout> {
            vec![$($name::layout(0)),*]
        }
    };
}

rows! {
    EngineRow [],
    InstrumentRow ['a],
    AccountRow ['a],
    FeeRow [],
    LimitsRow [],
    ForbiddenRow [],
    SelfTradeRow [],
    StrategyRow ['a],
    ParametersRow ['a],
    PositionRow [],
    OrderRow ['a],
    RestingRow [],
    ClosedRow ['a],
    SavedStateRow ['a],
    InstructionRow [],
    WaitingRow [],
    ThrottleRow [],
    QuoteRow [],
    ProtectionRow [],
    ProtectionFillRow [],
    HeldRow [],
    SessionRow [],
    FeeTierRow [],
    VolumeRow [],
    ScheduleRow ['a],
    VolatilityGuardRow [],
    CircuitBreakerRow [],
    TradeRow [],
    AssetRow ['a],
    HoldingRow [],
    PeggedRow [],
    AdjustmentRow ['a],
    PhaseRow ['a],
}

/// Start a snapshot.
pub fn begin(engine_version: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&engine_version.to_le_bytes());
    out.extend_from_slice(&SECTION_COUNT.to_le_bytes());
}

/// Append a section of already sorted rows.
pub fn section<'a, R: Row<'a>>(rows: impl IntoIterator<Item = R>, out: &mut Vec<u8>) {
    let at = out.len();
    out.extend_from_slice(&[0u8; 8]);
    let mut count = 0u64;
    for row in rows {
        row.encode(out);
        count += 1;
    }
    out[at..at + 8].copy_from_slice(&count.to_le_bytes());
}

/// Reads a snapshot from front to back.
pub struct Reader<'a> {
    data: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Check the first bytes; gives the engine version too.
    pub fn open(data: &'a [u8]) -> Result<(u32, Self), Malformed> {
        let mut reader = Self { data, offset: 0 };
        if reader.take(8)? != MAGIC {
            return Err(Malformed { offset: 0, problem: "its first bytes are those of something else" });
        }
        let version = reader.u32()?;
        if reader.u32()? != SECTION_COUNT {
            return Err(Malformed { offset: 12, problem: "its number of sections is another" });
        }
        Ok((version, reader))
    }

    /// Every row of the next section.
    pub fn section<R: Row<'a>>(&mut self) -> Result<Vec<R>, Malformed> {
        let count = self.u64()?;
        let mut rows = Vec::new();
        for _ in 0..count {
            rows.push(self.row()?);
        }
        Ok(rows)
    }

    /// Nothing may follow the last section.
    pub fn finish(&self) -> Result<(), Malformed> {
        if self.offset == self.data.len() {
            return Ok(());
        }
        Err(Malformed { offset: self.offset, problem: "there is more behind its end" })
    }

    fn row<R: Row<'a>>(&mut self) -> Result<R, Malformed> {
        let offset = self.offset;
        let tail_size = self.u32()? as usize;
        self.u32()?;
        let fixed = self.take(R::FIXED)?;
        let tail = self.take(tail_size)?;
        self.take(tail_size.wrapping_neg() % 8)?;
        if !R::TAILED && tail_size != 0 {
            return Err(Malformed { offset, problem: "a row has a tail that its section does not know" });
        }
        R::read(fixed, tail).ok_or(Malformed { offset, problem: "a row holds an impossible value" })
    }

    fn take(&mut self, size: usize) -> Result<&'a [u8], Malformed> {
        let end = self.offset.saturating_add(size);
        let bytes = self.data.get(self.offset..end);
        let bytes = bytes.ok_or(Malformed { offset: self.offset, problem: "it is cut off" })?;
        self.offset = end;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::get(self.take(4)?).unwrap_or(0))
    }

    fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::get(self.take(8)?).unwrap_or(0))
    }
}
