"""Everything that can be asked of the engine. Whatever changes a result is one of these, and is journaled.

Ids 0 mean "none" or "any": strategy 0 is a person trading by hand, account 0 in a state or kill command
is the whole firm, instrument 0 in a filter is every instrument.
"""

from __future__ import annotations

from cambist.domain.message import Command
from cambist.domain.participant_commands import (
    BustTrade,
    CorrectTrade,
    EndSession,
    MassQuote,
    ResetProtection,
    SetCancelOnDisconnect,
    SetFeeTiers,
    SetMarketMakerProtection,
    SetThrottle,
)
from cambist.domain.session_commands import HaltInstrument, SetCircuitBreaker, SetSchedule, SetVolatilityGuard
from cambist.domain.vocabulary import (
    AccountKind,
    Contingency,
    InstrumentKind,
    MatchingRule,
    OffsetUnit,
    OrderFlag,
    OrderType,
    PegReference,
    Phase,
    ReportKind,
    SelfTradeMode,
    Side,
    StrategyState,
    TimeInForce,
    TradingState,
    TriggerSource,
    VenueKind,
)
from cambist.domain.widths import (
    I64,
    U32,
    U64,
    Blob,
    Flag,
    Lots,
    MoneyE8,
    Ppm,
    Text,
    Ticks,
    TimeNs,
    WideMoneyE8,
)

ANY_STRATEGY = (1 << 32) - 1
"""In MassCancel: orders of every strategy, and those sent by hand."""
ANY_SIDE = 2
"""In MassCancel: orders of both sides."""
ANY_ACCOUNT = (1 << 32) - 1
"""In MassCancel: orders of every account, members of the venue included."""


class DefineInstrument(Command, frozen=True, gc=False, kw_only=True):
    """Add a tradable instrument. `unit_value` is the quote value of one lot moving one tick, in 1e-8."""

    kind = 1
    instrument_id: U32
    venue: VenueKind
    phase: Phase
    matching: MatchingRule = MatchingRule.PRICE_TIME
    top_order_priority: Flag = False
    """In PRO_RATA the oldest order of a level is served first."""
    instrument_kind: InstrumentKind = InstrumentKind.PERPETUAL
    tick_size: MoneyE8
    lot_size: I64
    """In 1e-8 of the base asset."""
    unit_value: MoneyE8
    min_notional: MoneyE8
    max_order_qty: Lots
    price_band: Ppm
    reference_price: Ticks
    minimum_allocation: Lots = 0
    """In PRO_RATA a smaller share becomes none."""
    base_asset_id: U32 = 0
    """Of a SPOT instrument: what is traded."""
    quote_asset_id: U32 = 0
    """Of a SPOT instrument: what it is paid in, fees included."""
    max_fee: Ppm = 0
    """Of a SPOT instrument: no fill costs more, and a BUY sets as much aside."""
    symbol: Text


class OpenAccount(Command, frozen=True, gc=False, kw_only=True):
    """Open an account: the firm's own (DESK), or a member of the venue (MEMBER)."""

    kind = 2
    account_id: U32
    account_kind: AccountKind
    name: Text


class AdjustBalance(Command, frozen=True, gc=False, kw_only=True):
    """Deposit (positive) or withdraw (negative)."""

    kind = 3
    account_id: U32
    amount: WideMoneyE8


class SetFees(Command, frozen=True, gc=False, kw_only=True):
    """Commission rates of an account on an instrument (0 = all that have none of their own). Negative is a rebate."""

    kind = 4
    account_id: U32
    instrument_id: U32
    maker_fee: Ppm
    taker_fee: Ppm


class SetLimits(Command, frozen=True, gc=False, kw_only=True):
    """Replace all limits of an account (strategy 0) or of a strategy in it. Zero means "no limit"."""

    kind = 5
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


class SetSymbolPermission(Command, frozen=True, gc=False, kw_only=True):
    """Allow or forbid an account to trade an instrument. All are allowed until forbidden."""

    kind = 6
    account_id: U32
    instrument_id: U32
    allowed: Flag


class SetTradingState(Command, frozen=True, gc=False, kw_only=True):
    """Set what the firm (account 0), one account or one strategy in it may do."""

    kind = 7
    account_id: U32
    strategy_id: U32 = 0
    state: TradingState
    cause: Text


class SetPhase(Command, frozen=True, gc=False, kw_only=True):
    """Move an instrument of our venue to another phase."""

    kind = 8
    instrument_id: U32
    phase: Phase


class NewOrder(Command, frozen=True, gc=False, kw_only=True):
    """Place an order. Its order_id will be this command's sequence."""

    kind = 9
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag = OrderFlag.NONE
    price: Ticks = 0
    """The limit; of a PEGGED order how far it follows at most, 0 for as far as it goes."""
    qty: Lots
    expire_ns: TimeNs = 0
    client_order_id: Text = ""


class CancelOrder(Command, frozen=True, gc=False, kw_only=True):
    """Cancel one order, named by order_id, or by client_order_id where order_id is 0."""

    kind = 10
    account_id: U32
    order_id: U64 = 0
    client_order_id: Text = ""


class ReplaceOrder(Command, frozen=True, gc=False, kw_only=True):
    """Amend price and total quantity (what is filled included) of an open order."""

    kind = 11
    account_id: U32
    flags: OrderFlag = OrderFlag.NONE
    """Only the INEXACT flags have a meaning here."""
    order_id: U64 = 0
    price: Ticks
    qty: Lots
    client_order_id: Text = ""


class MassCancel(Command, frozen=True, gc=False, kw_only=True):
    """Cancel every open order of an account (0 = the desk's, ANY_ACCOUNT = everybody's) that passes the filters."""

    kind = 12
    account_id: U32
    strategy_id: U32 = ANY_STRATEGY
    instrument_id: U32 = 0
    side: U32 = ANY_SIDE


class VenueReport(Command, frozen=True, gc=False, kw_only=True):
    """What an outside venue says of one of our orders. `exec_id` grows per order; repeats are ignored."""

    kind = 13
    order_id: U64
    exec_id: U64
    report: ReportKind
    is_maker: Flag = False
    reason: U32 = 0
    price: Ticks = 0
    """Of the fill, or the new price for REPLACED."""
    qty: Lots = 0
    """Of the fill, or the new total for REPLACED."""


class MarketUpdate(Command, frozen=True, gc=False, kw_only=True):
    """Best prices and last trade of an outside instrument, for marks and the gate. Zero means unknown."""

    kind = 14
    instrument_id: U32
    bid_price: Ticks
    ask_price: Ticks
    last_price: Ticks


class AdvanceTime(Command, frozen=True, gc=False, kw_only=True):
    """Nothing but the passing of time: fires due timers."""

    kind = 15


class Kill(Command, frozen=True, gc=False, kw_only=True):
    """Engage the kill switch for the firm (account 0), one account or one strategy in it: cancel everything, halt,
    latch.
    """

    kind = 16
    account_id: U32
    strategy_id: U32 = 0
    cause: Text


class ResetKill(Command, frozen=True, gc=False, kw_only=True):
    """Release the latch of the kill switch. Trading stays HALTED until it is set otherwise."""

    kind = 17
    account_id: U32
    strategy_id: U32 = 0
    cause: Text


class CreateStrategy(Command, frozen=True, gc=False, kw_only=True):
    """Register a strategy that trades through one account. It starts STOPPED."""

    kind = 18
    strategy_id: U32
    account_id: U32
    name: Text


class SetStrategyState(Command, frozen=True, gc=False, kw_only=True):
    """Start, pause, resume, stop or fail a strategy. Leaving RUNNING cancels its open orders."""

    kind = 19
    strategy_id: U32
    state: StrategyState
    cause: Text


class SetStrategyParameters(Command, frozen=True, gc=False, kw_only=True):
    """Record a strategy's parameters, as canonical JSON."""

    kind = 20
    strategy_id: U32
    parameters: Text


class SaveState(Command, frozen=True, gc=False, kw_only=True):
    """Keep opaque bytes of a strategy or a participant under a name, so that the journal holds them too."""

    kind = 21
    slot: U32
    """0..999 synthetic participants, 1000 + strategy_id for strategies."""
    state: Blob


class SetSelfTradePrevention(Command, frozen=True, gc=False, kw_only=True):
    """What happens where an order of an account would meet one of its own. Accounts of one group (0 = none) are own to
    each other.
    """

    kind = 22
    account_id: U32
    mode: SelfTradeMode
    group_id: U32 = 0


class NewInstructedOrder(NewOrder, frozen=True, gc=False, kw_only=True):
    """Place an order that asks more than a NewOrder can say. With everything at its default it is exactly that."""

    kind = 23
    trigger_source: TriggerSource = TriggerSource.LAST
    """Which price the trigger watches."""
    offset_unit: OffsetUnit = OffsetUnit.TICKS
    peg_reference: PegReference = PegReference.PRIMARY
    contingency: Contingency = Contingency.NONE
    group_id: U32 = 0
    """Which orders of the account a contingency ties together."""
    display_qty: Lots = 0
    """How much of it is shown at a time; 0 for all."""
    min_qty: Lots = 0
    """How much must trade at once on arrival."""
    trigger_price: Ticks = 0
    offset: I64 = 0
    """How far behind the market a trailing stop follows, or how far from its reference a pegged order stands."""


class DefineAsset(Command, frozen=True, gc=False, kw_only=True):
    """Name something that accounts can hold and SPOT instruments trade."""

    kind = 40
    asset_id: U32
    name: Text


class AdjustHolding(Command, frozen=True, gc=False, kw_only=True):
    """Deposit (positive) or withdraw (negative) an asset, in 1e-8 of it."""

    kind = 41
    account_id: U32
    asset_id: U32
    amount: WideMoneyE8
    client_adjustment_id: Text = ""
    """So that it is not taken twice; empty: each one counts."""


COMMANDS: tuple[type[Command], ...] = (
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
