//! Everything that can be asked of the engine. Field meanings: `domain/commands.py`.

use crate::layout::Text;
use crate::participants::{
    BustTrade, CorrectTrade, EndSession, MassQuote, ResetProtection, SetCancelOnDisconnect, SetFeeTiers,
    SetMarketMakerProtection, SetThrottle,
};
use crate::record::{HEADER_BYTES, Header, Malformed, record};
pub use crate::sessions::{HaltInstrument, SetCircuitBreaker, SetSchedule, SetVolatilityGuard};
use crate::spot::{AdjustHolding, DefineAsset};
use crate::{
    AccountKind, Contingency, InstrumentKind, MatchingRule, OffsetUnit, OrderFlags, OrderType, PegReference,
    Phase, ReportKind, SelfTradeMode, Side, StrategyState, TimeInForce, TradingState, TriggerSource,
    VenueKind,
};

record! {
    /// Add a tradable instrument.
    1 DefineInstrument ['a] {
        instrument_id: u32,
        venue: VenueKind,
        phase: Phase,
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
    } tail symbol: &'a str
}

record! {
    /// Open an account: the firm's own (DESK), or a member of the venue (MEMBER).
    2 OpenAccount ['a] { account_id: u32, account_kind: AccountKind } tail name: &'a str
}

record! {
    /// Deposit (positive) or withdraw (negative).
    3 AdjustBalance [] { account_id: u32, amount: i128 }
}

record! {
    /// Commission rates of an account on an instrument (0 = all that have none of their own).
    4 SetFees [] { account_id: u32, instrument_id: u32, maker_fee: i64, taker_fee: i64 }
}

record! {
    /// Replace all limits of an account (strategy 0) or of a strategy in it.
    5 SetLimits [] {
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

record! {
    /// Allow or forbid an account to trade an instrument.
    6 SetSymbolPermission [] { account_id: u32, instrument_id: u32, allowed: bool }
}

record! {
    /// Set what the firm (account 0), one account or one strategy in it may do.
    7 SetTradingState ['a] { account_id: u32, strategy_id: u32, state: TradingState } tail cause: &'a str
}

record! {
    /// Move an instrument of our venue to another phase.
    8 SetPhase [] { instrument_id: u32, phase: Phase }
}

record! {
    /// Place an order.
    9 NewOrder ['a] {
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

record! {
    /// Cancel one order, named by order_id, or by client_order_id where order_id is 0.
    10 CancelOrder ['a] { account_id: u32, order_id: u64 } tail client_order_id: Text<'a>
}

record! {
    /// Amend price and total quantity (what is filled included) of an open LIMIT order.
    11 ReplaceOrder ['a] {
        account_id: u32,
        flags: OrderFlags,
        order_id: u64,
        price: i64,
        qty: i64,
    } tail client_order_id: Text<'a>
}

record! {
    /// Cancel every open order of an account (0 = all desk accounts, ANY_ACCOUNT = everybody's) that passes the
    /// filters.
    12 MassCancel [] { account_id: u32, strategy_id: u32, instrument_id: u32, side: u32 }
}

record! {
    /// What an outside venue says of one of our orders.
    13 VenueReport [] {
        order_id: u64,
        exec_id: u64,
        report: ReportKind,
        is_maker: bool,
        reason: u32,
        price: i64,
        qty: i64,
    }
}

record! {
    /// Best prices and last trade of an outside instrument, for marks and the gate.
    14 MarketUpdate [] { instrument_id: u32, bid_price: i64, ask_price: i64, last_price: i64 }
}

record! {
    /// Nothing but the passing of time: fires due timers.
    15 AdvanceTime [] {}
}

record! {
    /// Engage the kill switch for the firm (account 0), one account or one strategy in it: cancel everything, halt,
    /// latch.
    16 Kill ['a] { account_id: u32, strategy_id: u32 } tail cause: &'a str
}

record! {
    /// Release the latch of the kill switch.
    17 ResetKill ['a] { account_id: u32, strategy_id: u32 } tail cause: &'a str
}

record! {
    /// Register a strategy that trades through one account.
    18 CreateStrategy ['a] { strategy_id: u32, account_id: u32 } tail name: &'a str
}

record! {
    /// Start, pause, resume, stop or fail a strategy.
    19 SetStrategyState ['a] { strategy_id: u32, state: StrategyState } tail cause: &'a str
}

record! {
    /// Record a strategy's parameters, as canonical JSON.
    20 SetStrategyParameters ['a] { strategy_id: u32 } tail parameters: &'a str
}

record! {
    /// Keep opaque bytes of a strategy or a participant under a name, so that the journal holds them too.
    21 SaveState ['a] { slot: u32 } tail state: &'a [u8]
}

record! {
    /// What happens where an order of an account would meet one of its own, or of its group (0 = none).
    22 SetSelfTradePrevention [] { account_id: u32, mode: SelfTradeMode, group_id: u32 }
}

record! {
    /// Place an order that asks more than a NewOrder can say.
    23 NewInstructedOrder ['a] {
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
        trigger_source: TriggerSource,
        offset_unit: OffsetUnit,
        peg_reference: PegReference,
        contingency: Contingency,
        group_id: u32,
        display_qty: i64,
        min_qty: i64,
        trigger_price: i64,
        offset: i64,
    } tail client_order_id: Text<'a>
}

impl<'a> NewInstructedOrder<'a> {
    /// What a NewOrder can say of it.
    #[must_use]
    pub const fn plain(&self) -> NewOrder<'a> {
        NewOrder {
            instrument_id: self.instrument_id,
            account_id: self.account_id,
            strategy_id: self.strategy_id,
            side: self.side,
            order_type: self.order_type,
            time_in_force: self.time_in_force,
            flags: self.flags,
            price: self.price,
            qty: self.qty,
            expire_ns: self.expire_ns,
            client_order_id: self.client_order_id,
        }
    }
}

/// Any command, borrowed from the bytes it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the record of its name")]
pub enum Command<'a> {
    DefineInstrument(DefineInstrument<'a>),
    OpenAccount(OpenAccount<'a>),
    AdjustBalance(AdjustBalance),
    SetFees(SetFees),
    SetLimits(SetLimits),
    SetSymbolPermission(SetSymbolPermission),
    SetTradingState(SetTradingState<'a>),
    SetPhase(SetPhase),
    NewOrder(NewOrder<'a>),
    CancelOrder(CancelOrder<'a>),
    ReplaceOrder(ReplaceOrder<'a>),
    MassCancel(MassCancel),
    VenueReport(VenueReport),
    MarketUpdate(MarketUpdate),
    AdvanceTime(AdvanceTime),
    Kill(Kill<'a>),
    ResetKill(ResetKill<'a>),
    CreateStrategy(CreateStrategy<'a>),
    SetStrategyState(SetStrategyState<'a>),
    SetStrategyParameters(SetStrategyParameters<'a>),
    SaveState(SaveState<'a>),
    SetSelfTradePrevention(SetSelfTradePrevention),
    NewInstructedOrder(NewInstructedOrder<'a>),
    SetCancelOnDisconnect(SetCancelOnDisconnect),
    EndSession(EndSession<'a>),
    SetThrottle(SetThrottle),
    MassQuote(MassQuote<'a>),
    SetMarketMakerProtection(SetMarketMakerProtection),
    ResetProtection(ResetProtection),
    SetFeeTiers(SetFeeTiers<'a>),
    SetSchedule(SetSchedule<'a>),
    SetVolatilityGuard(SetVolatilityGuard),
    HaltInstrument(HaltInstrument<'a>),
    SetCircuitBreaker(SetCircuitBreaker),
    BustTrade(BustTrade<'a>),
    CorrectTrade(CorrectTrade<'a>),
    DefineAsset(DefineAsset<'a>),
    AdjustHolding(AdjustHolding<'a>),
}

/// A framed record: what its header says, and the body behind it without its padding.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// See [`Header`].
    pub header: Header,
    /// Fixed part and tail.
    pub body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The frame at `offset`, of a command that fits its kind.
    #[inline(always)]
    pub fn check(data: &'a [u8], offset: usize) -> Result<Self, Malformed> {
        let frame = Self::read(data, offset)?;
        if Command::is_sound(frame.header.kind, frame.body) {
            return Ok(frame);
        }
        Err(Malformed { offset, problem: "its body does not fit its kind" })
    }

    /// The frame at `offset`, whatever it holds.
    #[inline(always)]
    pub fn read(data: &'a [u8], offset: usize) -> Result<Self, Malformed> {
        let problem = |problem| Malformed { offset, problem };
        let record = data.get(offset..).ok_or(problem("there is nothing"))?;
        let header = Header::read(record).map_err(problem)?;
        let body = &record[HEADER_BYTES..header.size - header.tail_padding];
        Ok(Self { header, body })
    }
}

/// Calls a macro with every command.
macro_rules! for_every_command {
    ($do:ident) => {
        $do!(
            DefineInstrument,
            OpenAccount,
            AdjustBalance,
            SetFees,
            SetLimits,
            SetSymbolPermission,
            SetTradingState,
            SetPhase,
            NewOrder,
            CancelOrder,
            ReplaceOrder,
            MassCancel,
            VenueReport,
            MarketUpdate,
            AdvanceTime,
            Kill,
            ResetKill,
            CreateStrategy,
            SetStrategyState,
            SetStrategyParameters,
            SaveState,
            SetSelfTradePrevention,
            NewInstructedOrder,
            SetCancelOnDisconnect,
            EndSession,
            SetThrottle,
            MassQuote,
            SetMarketMakerProtection,
            ResetProtection,
            SetFeeTiers,
            SetSchedule,
            SetVolatilityGuard,
            HaltInstrument,
            SetCircuitBreaker,
            BustTrade,
            CorrectTrade,
            DefineAsset,
            AdjustHolding,
        )
    };
}

impl<'a> Command<'a> {
    /// Whether a body is that of a command of a kind.
    #[inline(always)]
    #[must_use]
    pub fn is_sound(kind: u8, body: &[u8]) -> bool {
        macro_rules! check {
            ($($name:ident),* $(,)?) => {
                match kind {
                    $($name::KIND => $name::read(body).is_some(),)*
                    _ => false,
                }
            };
        }
        for_every_command!(check)
    }

    /// The command of a kind; None where the body is not one's.
    #[must_use]
    pub fn read(kind: u8, body: &'a [u8]) -> Option<Self> {
        macro_rules! read {
            ($($name:ident),* $(,)?) => {
                match kind {
                    $($name::KIND => $name::read(body).map(Self::$name),)*
                    _ => None,
                }
            };
        }
        for_every_command!(read)
    }
}

/// The layout of every command, by kind.
#[must_use]
pub fn layouts() -> Vec<crate::Layout> {
    macro_rules! lay_out {
        ($($name:ident),* $(,)?) => { vec![$($name::layout($name::KIND)),*] };
    }
    for_every_command!(lay_out)
}
