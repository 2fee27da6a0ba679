//! Every fact the engine can state. Field meanings: `domain/events.py`.

use crate::layout::Text;
use crate::participants::{
    CancelOnDisconnectChanged, FeeTierReached, FeeTiersChanged, FillAdjusted, MarketMakerProtectionChanged,
    ProtectionReset, ProtectionTriggered, QuoteAccepted, QuoteRejected, SessionEnded, ThrottleChanged,
    TradeBusted, TradeCorrected,
};
use crate::record::record;
pub use crate::sessions::{
    AuctionExtended, AuctionIndicated, AuctionUncrossed, CircuitBreakerChanged, CircuitBreakerTripped,
    InstrumentHalted, LimitStateChanged, ScheduleChanged, VolatilityGuardChanged, VolatilityInterrupted,
};
use crate::spot::{AssetDefined, HoldingChanged};
use crate::{
    AccountKind, Contingency, InstrumentKind, Liquidity, MatchingRule, OffsetUnit, OrderFlags, OrderType,
    PegReference, Phase, SelfTradeMode, Side, StrategyState, TimeInForce, TradingState, TriggerSource,
    VenueKind,
};

record! {
    /// The order passed the gate and is PENDING_NEW.
    64 OrderSubmitted ['a] {
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

record! {
    /// Our own gate said no.
    65 OrderDenied ['a] {
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
        reason: u32,
    } tail client_order_id: Text<'a>
}

record! {
    /// The same order under the same client_order_id was there before: `order_id` is the first one's.
    66 OrderRepeated ['a] { order_id: u64, account_id: u32 } tail client_order_id: Text<'a>
}

record! {
    /// The venue has the order.
    67 OrderAccepted [] { order_id: u64, instrument_id: u32, account_id: u32 }
}

record! {
    /// The venue said no.
    68 OrderRejected [] { order_id: u64, instrument_id: u32, account_id: u32, reason: u32 }
}

record! {
    /// A fill.
    69 OrderFilled [] {
        order_id: u64,
        trade_id: u64,
        instrument_id: u32,
        account_id: u32,
        strategy_id: u32,
        side: Side,
        liquidity: Liquidity,
        last_price: i64,
        last_qty: i64,
        leaves_qty: i64,
        commission: i64,
    }
}

record! {
    /// The rest of the order is gone, and why.
    70 OrderCanceled [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        reason: u32,
        canceled_qty: i64,
    }
}

record! {
    /// The order reached its expiry.
    71 OrderExpired [] { order_id: u64, instrument_id: u32, account_id: u32, canceled_qty: i64 }
}

record! {
    /// The amendment took effect.
    72 OrderReplaced [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        price: i64,
        qty: i64,
        leaves_qty: i64,
        kept_priority: bool,
    }
}

record! {
    /// The cancel did not take effect.
    73 CancelRejected ['a] { order_id: u64, account_id: u32, reason: u32 } tail client_order_id: Text<'a>
}

record! {
    /// The amendment did not take effect; the order stands as it was.
    74 ReplaceRejected ['a] { order_id: u64, account_id: u32, reason: u32 } tail client_order_id: Text<'a>
}

record! {
    /// PENDING_CANCEL at an outside venue: what its gateway sends.
    75 CancelSubmitted [] { order_id: u64, instrument_id: u32, account_id: u32 }
}

record! {
    /// PENDING_REPLACE at an outside venue: what its gateway sends.
    76 ReplaceSubmitted [] { order_id: u64, instrument_id: u32, account_id: u32, price: i64, qty: i64 }
}

record! {
    /// A print of our venue, for everyone.
    77 Trade [] {
        trade_id: u64,
        instrument_id: u32,
        aggressor: Side,
        price: i64,
        qty: i64,
        maker_order_id: u64,
        taker_order_id: u64,
    }
}

record! {
    /// What one price level of our venue holds now.
    78 BookDelta [] { instrument_id: u32, side: Side, price: i64, qty: i64, order_count: u64 }
}

record! {
    /// A flat position became long or short.
    79 PositionOpened [] {
        instrument_id: u32,
        account_id: u32,
        strategy_id: u32,
        qty: i64,
        cost: i128,
        realised_pnl: i128,
        total_realised_pnl: i128,
        balance: i128,
    }
}

record! {
    /// A position after a fill: signed qty, exact signed cost, P&L realised by this fill and in all (before
    /// commission), and the account's balance after P&L and commission.
    80 PositionChanged [] {
        instrument_id: u32,
        account_id: u32,
        strategy_id: u32,
        qty: i64,
        cost: i128,
        realised_pnl: i128,
        total_realised_pnl: i128,
        balance: i128,
    }
}

record! {
    /// A position became flat.
    81 PositionClosed [] {
        instrument_id: u32,
        account_id: u32,
        strategy_id: u32,
        qty: i64,
        cost: i128,
        realised_pnl: i128,
        total_realised_pnl: i128,
        balance: i128,
    }
}

record! {
    /// A deposit or withdrawal.
    82 BalanceChanged [] { account_id: u32, amount: i128, balance: i128 }
}

record! {
    /// An account marked to market, once per second of engine time while it changes.
    83 AccountValued [] {
        account_id: u32,
        balance: i128,
        unrealised_pnl: i128,
        equity: i128,
        peak_equity: i128,
        day_start_equity: i128,
        position_notional: i128,
        order_notional: i128,
        margin_required: i128,
    }
}

record! {
    /// A daily-loss or drawdown limit was reached (once per crossing).
    84 LimitBreached [] { account_id: u32, strategy_id: u32, reason: u32, value: i128, limit: i64 }
}

record! {
    /// What the firm (account 0), an account or a strategy may do now, and whether its kill switch is latched.
    85 TradingStateChanged ['a] {
        account_id: u32,
        strategy_id: u32,
        state: TradingState,
        killed: bool,
    } tail cause: &'a str
}

record! {
    /// An instrument of our venue moved to another phase.
    86 PhaseChanged [] { instrument_id: u32, phase: Phase }
}

record! {
    /// An instrument exists.
    87 InstrumentDefined ['a] {
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
    /// An account exists.
    88 AccountOpened ['a] { account_id: u32, account_kind: AccountKind } tail name: &'a str
}

record! {
    /// Commission rates of an account changed.
    89 FeesChanged [] { account_id: u32, instrument_id: u32, maker_fee: i64, taker_fee: i64 }
}

record! {
    /// Limits of an account or a strategy changed.
    90 LimitsChanged [] {
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
    /// An account may, or may no longer, trade an instrument.
    91 SymbolPermissionChanged [] { account_id: u32, instrument_id: u32, allowed: bool }
}

record! {
    /// A strategy exists, STOPPED.
    92 StrategyCreated ['a] { strategy_id: u32, account_id: u32 } tail name: &'a str
}

record! {
    /// A strategy moved in its life.
    93 StrategyStateChanged ['a] { strategy_id: u32, previous: StrategyState, state: StrategyState } tail cause: &'a str
}

record! {
    /// A strategy's parameters, as canonical JSON.
    94 StrategyParametersChanged ['a] { strategy_id: u32 } tail parameters: &'a str
}

record! {
    /// A command other than an order was refused and changed nothing.
    95 CommandRejected [] { command_sequence: u64, command_kind: u32, reason: u32 }
}

record! {
    /// A strategy marked to market, with its account, once per second of engine time while it changes.
    96 StrategyValued [] {
        strategy_id: u32,
        account_id: u32,
        net_pnl: i128,
        unrealised_pnl: i128,
        peak_pnl: i128,
        max_drawdown: i128,
        volume: i128,
        gross_profit: i128,
        gross_loss: i128,
        trades: u64,
        wins: u64,
    }
}

record! {
    /// What happens where orders of an account would meet its own.
    97 SelfTradePreventionChanged [] { account_id: u32, mode: SelfTradeMode, group_id: u32 }
}

record! {
    /// What a NewInstructedOrder asked beyond a NewOrder.
    98 OrderInstructed [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
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

record! {
    /// A child waits at the desk until its parent has ended.
    103 OrderSuspended [] { order_id: u64, instrument_id: u32, account_id: u32 }
}

record! {
    /// Its parent has ended with fills: the child goes to the venue.
    104 OrderReleased [] { order_id: u64, instrument_id: u32, account_id: u32, qty: i64 }
}

record! {
    /// What an order waited for has come.
    102 OrderTriggered [] {
        order_id: u64,
        instrument_id: u32,
        account_id: u32,
        trigger_price: i64,
        seen_price: i64,
    }
}

/// The layout of every event, by kind.
#[must_use]
pub fn layouts() -> Vec<crate::Layout> {
    vec![
        OrderSubmitted::layout(OrderSubmitted::KIND),
        OrderDenied::layout(OrderDenied::KIND),
        OrderRepeated::layout(OrderRepeated::KIND),
        OrderAccepted::layout(OrderAccepted::KIND),
        OrderRejected::layout(OrderRejected::KIND),
        OrderFilled::layout(OrderFilled::KIND),
        OrderCanceled::layout(OrderCanceled::KIND),
        OrderExpired::layout(OrderExpired::KIND),
        OrderReplaced::layout(OrderReplaced::KIND),
        CancelRejected::layout(CancelRejected::KIND),
        ReplaceRejected::layout(ReplaceRejected::KIND),
        CancelSubmitted::layout(CancelSubmitted::KIND),
        ReplaceSubmitted::layout(ReplaceSubmitted::KIND),
        Trade::layout(Trade::KIND),
        BookDelta::layout(BookDelta::KIND),
        PositionOpened::layout(PositionOpened::KIND),
        PositionChanged::layout(PositionChanged::KIND),
        PositionClosed::layout(PositionClosed::KIND),
        BalanceChanged::layout(BalanceChanged::KIND),
        AccountValued::layout(AccountValued::KIND),
        LimitBreached::layout(LimitBreached::KIND),
        TradingStateChanged::layout(TradingStateChanged::KIND),
        PhaseChanged::layout(PhaseChanged::KIND),
        InstrumentDefined::layout(InstrumentDefined::KIND),
        AccountOpened::layout(AccountOpened::KIND),
        FeesChanged::layout(FeesChanged::KIND),
        LimitsChanged::layout(LimitsChanged::KIND),
        SymbolPermissionChanged::layout(SymbolPermissionChanged::KIND),
        StrategyCreated::layout(StrategyCreated::KIND),
        StrategyStateChanged::layout(StrategyStateChanged::KIND),
        StrategyParametersChanged::layout(StrategyParametersChanged::KIND),
        CommandRejected::layout(CommandRejected::KIND),
        StrategyValued::layout(StrategyValued::KIND),
        SelfTradePreventionChanged::layout(SelfTradePreventionChanged::KIND),
        OrderInstructed::layout(OrderInstructed::KIND),
        OrderTriggered::layout(OrderTriggered::KIND),
        OrderSuspended::layout(OrderSuspended::KIND),
        OrderReleased::layout(OrderReleased::KIND),
        CancelOnDisconnectChanged::layout(CancelOnDisconnectChanged::KIND),
        SessionEnded::layout(SessionEnded::KIND),
        ThrottleChanged::layout(ThrottleChanged::KIND),
        QuoteAccepted::layout(QuoteAccepted::KIND),
        QuoteRejected::layout(QuoteRejected::KIND),
        MarketMakerProtectionChanged::layout(MarketMakerProtectionChanged::KIND),
        ProtectionTriggered::layout(ProtectionTriggered::KIND),
        ProtectionReset::layout(ProtectionReset::KIND),
        AuctionIndicated::layout(AuctionIndicated::KIND),
        AuctionUncrossed::layout(AuctionUncrossed::KIND),
        FeeTiersChanged::layout(FeeTiersChanged::KIND),
        FeeTierReached::layout(FeeTierReached::KIND),
        AuctionExtended::layout(AuctionExtended::KIND),
        ScheduleChanged::layout(ScheduleChanged::KIND),
        VolatilityGuardChanged::layout(VolatilityGuardChanged::KIND),
        VolatilityInterrupted::layout(VolatilityInterrupted::KIND),
        LimitStateChanged::layout(LimitStateChanged::KIND),
        InstrumentHalted::layout(InstrumentHalted::KIND),
        CircuitBreakerChanged::layout(CircuitBreakerChanged::KIND),
        CircuitBreakerTripped::layout(CircuitBreakerTripped::KIND),
        TradeBusted::layout(TradeBusted::KIND),
        TradeCorrected::layout(TradeCorrected::KIND),
        FillAdjusted::layout(FillAdjusted::KIND),
        AssetDefined::layout(AssetDefined::KIND),
        HoldingChanged::layout(HoldingChanged::KIND),
    ]
}
