"""Every fact the engine can state. The order in which one command states them is in docs/engine.md."""

from __future__ import annotations

from cambist.domain.message import Event
from cambist.domain.order_events import (
    CancelRejected,
    CancelSubmitted,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderInstructed,
    OrderRejected,
    OrderReleased,
    OrderRepeated,
    OrderReplaced,
    OrderSubmitted,
    OrderSuspended,
    OrderTriggered,
    ReplaceRejected,
    ReplaceSubmitted,
)
from cambist.domain.participant_events import (
    CancelOnDisconnectChanged,
    FeeTierReached,
    FeeTiersChanged,
    FillAdjusted,
    MarketMakerProtectionChanged,
    ProtectionReset,
    ProtectionTriggered,
    QuoteAccepted,
    QuoteRejected,
    SessionEnded,
    ThrottleChanged,
    TradeBusted,
    TradeCorrected,
)
from cambist.domain.session_events import (
    AuctionExtended,
    AuctionIndicated,
    AuctionUncrossed,
    CircuitBreakerChanged,
    CircuitBreakerTripped,
    InstrumentHalted,
    LimitStateChanged,
    ScheduleChanged,
    VolatilityGuardChanged,
    VolatilityInterrupted,
)
from cambist.domain.vocabulary import (
    AccountKind,
    InstrumentKind,
    MatchingRule,
    Phase,
    SelfTradeMode,
    Side,
    StrategyState,
    TradingState,
    VenueKind,
)
from cambist.domain.widths import (
    I64,
    U32,
    U64,
    Flag,
    Lots,
    MoneyE8,
    Ppm,
    Text,
    Ticks,
    WideMoneyE8,
)

__all__ = [
    "CancelRejected",
    "CancelSubmitted",
    "OrderAccepted",
    "OrderCanceled",
    "OrderDenied",
    "OrderExpired",
    "OrderFilled",
    "OrderInstructed",
    "OrderRejected",
    "OrderReleased",
    "OrderRepeated",
    "OrderReplaced",
    "OrderSubmitted",
    "OrderSuspended",
    "OrderTriggered",
    "ReplaceRejected",
    "ReplaceSubmitted",
]


class Trade(Event, frozen=True, gc=False, kw_only=True):
    """A print of our venue, for everyone. The aggressor's side is `aggressor`."""

    kind = 77
    trade_id: U64
    instrument_id: U32
    aggressor: Side
    price: Ticks
    qty: Lots
    maker_order_id: U64
    taker_order_id: U64


class BookDelta(Event, frozen=True, gc=False, kw_only=True):
    """What one price level of our venue holds now. qty 0: the level is gone."""

    kind = 78
    instrument_id: U32
    side: Side
    price: Ticks
    qty: Lots
    order_count: U64


class PositionOpened(Event, frozen=True, gc=False, kw_only=True):
    """A flat position became long or short. Field meanings as in PositionChanged."""

    kind = 79
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    qty: Lots
    cost: WideMoneyE8
    realised_pnl: WideMoneyE8
    total_realised_pnl: WideMoneyE8
    balance: WideMoneyE8


class PositionChanged(Event, frozen=True, gc=False, kw_only=True):
    """A position after a fill: signed qty, exact signed cost, P&L realised by this fill and in all
    (before commission), and the account's balance after P&L and commission.
    """

    kind = 80
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    qty: Lots
    cost: WideMoneyE8
    realised_pnl: WideMoneyE8
    total_realised_pnl: WideMoneyE8
    balance: WideMoneyE8


class PositionClosed(Event, frozen=True, gc=False, kw_only=True):
    """A position became flat. Field meanings as in PositionChanged."""

    kind = 81
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    qty: Lots
    cost: WideMoneyE8
    realised_pnl: WideMoneyE8
    total_realised_pnl: WideMoneyE8
    balance: WideMoneyE8


class BalanceChanged(Event, frozen=True, gc=False, kw_only=True):
    """A deposit or withdrawal."""

    kind = 82
    account_id: U32
    amount: WideMoneyE8
    balance: WideMoneyE8


class AccountValued(Event, frozen=True, gc=False, kw_only=True):
    """An account marked to market, once per second of engine time while it changes."""

    kind = 83
    account_id: U32
    balance: WideMoneyE8
    unrealised_pnl: WideMoneyE8
    equity: WideMoneyE8
    peak_equity: WideMoneyE8
    day_start_equity: WideMoneyE8
    position_notional: WideMoneyE8
    order_notional: WideMoneyE8
    margin_required: WideMoneyE8


class LimitBreached(Event, frozen=True, gc=False, kw_only=True):
    """A daily-loss or drawdown limit was reached (once per crossing). `value` and `limit` share the limit's unit."""

    kind = 84
    account_id: U32
    strategy_id: U32
    reason: U32
    value: WideMoneyE8
    limit: I64


class TradingStateChanged(Event, frozen=True, gc=False, kw_only=True):
    """What the firm (account 0), an account or a strategy may do now, and whether its kill switch is latched."""

    kind = 85
    account_id: U32
    strategy_id: U32 = 0
    state: TradingState
    killed: Flag
    cause: Text


class PhaseChanged(Event, frozen=True, gc=False, kw_only=True):
    """An instrument of our venue moved to another phase."""

    kind = 86
    instrument_id: U32
    phase: Phase


class InstrumentDefined(Event, frozen=True, gc=False, kw_only=True):
    """An instrument exists. Fields as in DefineInstrument."""

    kind = 87
    instrument_id: U32
    venue: VenueKind
    phase: Phase
    matching: MatchingRule = MatchingRule.PRICE_TIME
    top_order_priority: Flag = False
    instrument_kind: InstrumentKind = InstrumentKind.PERPETUAL
    tick_size: MoneyE8
    lot_size: I64
    unit_value: MoneyE8
    min_notional: MoneyE8
    max_order_qty: Lots
    price_band: Ppm
    reference_price: Ticks
    minimum_allocation: Lots = 0
    base_asset_id: U32 = 0
    quote_asset_id: U32 = 0
    max_fee: Ppm = 0
    symbol: Text


class AccountOpened(Event, frozen=True, gc=False, kw_only=True):
    """An account exists."""

    kind = 88
    account_id: U32
    account_kind: AccountKind
    name: Text


class FeesChanged(Event, frozen=True, gc=False, kw_only=True):
    """Commission rates of an account changed."""

    kind = 89
    account_id: U32
    instrument_id: U32
    maker_fee: Ppm
    taker_fee: Ppm


class LimitsChanged(Event, frozen=True, gc=False, kw_only=True):
    """Limits of an account or a strategy changed. Fields as in SetLimits."""

    kind = 90
    account_id: U32
    strategy_id: U32
    max_order_notional: MoneyE8
    max_position_notional: MoneyE8
    max_exposure_notional: MoneyE8
    max_daily_loss: MoneyE8
    max_drawdown: Ppm
    leverage: I64
    max_open_orders: I64
    max_orders_per_second: I64


class SymbolPermissionChanged(Event, frozen=True, gc=False, kw_only=True):
    """An account may, or may no longer, trade an instrument."""

    kind = 91
    account_id: U32
    instrument_id: U32
    allowed: Flag


class StrategyCreated(Event, frozen=True, gc=False, kw_only=True):
    """A strategy exists, STOPPED."""

    kind = 92
    strategy_id: U32
    account_id: U32
    name: Text


class StrategyStateChanged(Event, frozen=True, gc=False, kw_only=True):
    """A strategy moved in its life."""

    kind = 93
    strategy_id: U32
    previous: StrategyState
    state: StrategyState
    cause: Text


class StrategyParametersChanged(Event, frozen=True, gc=False, kw_only=True):
    """A strategy's parameters, as canonical JSON."""

    kind = 94
    strategy_id: U32
    parameters: Text


class CommandRejected(Event, frozen=True, gc=False, kw_only=True):
    """A command other than an order was refused and changed nothing."""

    kind = 95
    command_sequence: U64
    command_kind: U32
    reason: U32


class StrategyValued(Event, frozen=True, gc=False, kw_only=True):
    """A strategy marked to market, with its account, once per second of engine time while it changes.

    `net_pnl` is realised P&L less commission; `trades` counts fills that closed something, `wins` those with a profit.
    """

    kind = 96
    strategy_id: U32
    account_id: U32
    net_pnl: WideMoneyE8
    unrealised_pnl: WideMoneyE8
    peak_pnl: WideMoneyE8
    max_drawdown: WideMoneyE8
    volume: WideMoneyE8
    gross_profit: WideMoneyE8
    gross_loss: WideMoneyE8
    trades: U64
    wins: U64


class SelfTradePreventionChanged(Event, frozen=True, gc=False, kw_only=True):
    """What happens where orders of an account would meet its own. Fields as in SetSelfTradePrevention."""

    kind = 97
    account_id: U32
    mode: SelfTradeMode
    group_id: U32


class AssetDefined(Event, frozen=True, gc=False, kw_only=True):
    """An asset exists. Fields as in DefineAsset."""

    kind = 136
    asset_id: U32
    name: Text


class HoldingChanged(Event, frozen=True, gc=False, kw_only=True):
    """What an account holds of an asset, in 1e-8 of it, after a deposit, a withdrawal or a fill moved `amount`."""

    kind = 137
    account_id: U32
    asset_id: U32
    amount: WideMoneyE8
    balance: WideMoneyE8


EVENTS: tuple[type[Event], ...] = (
    OrderSubmitted,
    OrderDenied,
    OrderRepeated,
    OrderAccepted,
    OrderRejected,
    OrderFilled,
    OrderCanceled,
    OrderExpired,
    OrderReplaced,
    CancelRejected,
    ReplaceRejected,
    CancelSubmitted,
    ReplaceSubmitted,
    Trade,
    BookDelta,
    PositionOpened,
    PositionChanged,
    PositionClosed,
    BalanceChanged,
    AccountValued,
    LimitBreached,
    TradingStateChanged,
    PhaseChanged,
    InstrumentDefined,
    AccountOpened,
    FeesChanged,
    LimitsChanged,
    SymbolPermissionChanged,
    StrategyCreated,
    StrategyStateChanged,
    StrategyParametersChanged,
    CommandRejected,
    StrategyValued,
    SelfTradePreventionChanged,
    OrderInstructed,
    OrderTriggered,
    OrderSuspended,
    OrderReleased,
    CancelOnDisconnectChanged,
    SessionEnded,
    ThrottleChanged,
    QuoteAccepted,
    QuoteRejected,
    MarketMakerProtectionChanged,
    ProtectionTriggered,
    ProtectionReset,
    AuctionIndicated,
    AuctionUncrossed,
    FeeTiersChanged,
    FeeTierReached,
    AuctionExtended,
    ScheduleChanged,
    VolatilityGuardChanged,
    VolatilityInterrupted,
    LimitStateChanged,
    InstrumentHalted,
    CircuitBreakerChanged,
    CircuitBreakerTripped,
    TradeBusted,
    TradeCorrected,
    FillAdjusted,
    AssetDefined,
    HoldingChanged,
)
