"""What becomes of an order: every fact about one, from the gate to its end."""

from __future__ import annotations

from cambist.domain.message import Event
from cambist.domain.vocabulary import (
    Contingency,
    Liquidity,
    OffsetUnit,
    OrderFlag,
    OrderType,
    PegReference,
    Side,
    TimeInForce,
    TriggerSource,
)
from cambist.domain.widths import I64, U32, U64, Flag, Lots, MoneyE8, Text, Ticks, TimeNs


class OrderSubmitted(Event, frozen=True, gc=False, kw_only=True):
    """The order passed the gate and is PENDING_NEW. For an outside instrument this is what its gateway sends."""

    kind = 64
    order_id: U64
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: Ticks
    qty: Lots
    expire_ns: TimeNs
    client_order_id: Text


class OrderDenied(Event, frozen=True, gc=False, kw_only=True):
    """Our own gate said no. Carries the whole order, so that it can be read later."""

    kind = 65
    order_id: U64
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    flags: OrderFlag
    price: Ticks
    qty: Lots
    expire_ns: TimeNs
    reason: U32
    client_order_id: Text


class OrderRepeated(Event, frozen=True, gc=False, kw_only=True):
    """The same order under the same client_order_id was there before: `order_id` is the first one's."""

    kind = 66
    order_id: U64
    account_id: U32
    client_order_id: Text


class OrderAccepted(Event, frozen=True, gc=False, kw_only=True):
    """The venue has the order."""

    kind = 67
    order_id: U64
    instrument_id: U32
    account_id: U32


class OrderRejected(Event, frozen=True, gc=False, kw_only=True):
    """The venue said no."""

    kind = 68
    order_id: U64
    instrument_id: U32
    account_id: U32
    reason: U32


class OrderFilled(Event, frozen=True, gc=False, kw_only=True):
    """A fill. leaves_qty 0 is the full fill. A negative commission is a rebate."""

    kind = 69
    order_id: U64
    trade_id: U64
    instrument_id: U32
    account_id: U32
    strategy_id: U32
    side: Side
    liquidity: Liquidity
    last_price: Ticks
    last_qty: Lots
    leaves_qty: Lots
    commission: MoneyE8


class OrderCanceled(Event, frozen=True, gc=False, kw_only=True):
    """The rest of the order is gone, and why."""

    kind = 70
    order_id: U64
    instrument_id: U32
    account_id: U32
    reason: U32
    canceled_qty: Lots


class OrderExpired(Event, frozen=True, gc=False, kw_only=True):
    """The order reached its expiry."""

    kind = 71
    order_id: U64
    instrument_id: U32
    account_id: U32
    canceled_qty: Lots


class OrderReplaced(Event, frozen=True, gc=False, kw_only=True):
    """The amendment took effect, or the venue gave the order another price. Price 0: it has none."""

    kind = 72
    order_id: U64
    instrument_id: U32
    account_id: U32
    price: Ticks
    qty: Lots
    leaves_qty: Lots
    kept_priority: Flag


class CancelRejected(Event, frozen=True, gc=False, kw_only=True):
    """The cancel did not take effect."""

    kind = 73
    order_id: U64
    account_id: U32
    reason: U32
    client_order_id: Text


class ReplaceRejected(Event, frozen=True, gc=False, kw_only=True):
    """The amendment did not take effect; the order stands as it was."""

    kind = 74
    order_id: U64
    account_id: U32
    reason: U32
    client_order_id: Text


class CancelSubmitted(Event, frozen=True, gc=False, kw_only=True):
    """PENDING_CANCEL at an outside venue: what its gateway sends."""

    kind = 75
    order_id: U64
    instrument_id: U32
    account_id: U32


class ReplaceSubmitted(Event, frozen=True, gc=False, kw_only=True):
    """PENDING_REPLACE at an outside venue: what its gateway sends."""

    kind = 76
    order_id: U64
    instrument_id: U32
    account_id: U32
    price: Ticks
    qty: Lots


class OrderTriggered(Event, frozen=True, gc=False, kw_only=True):
    """What an order waited for has come: it enters the market as a MARKET or LIMIT order. `seen_price` is the value
    that met `trigger_price`, its trigger price at that moment.
    """

    kind = 102
    order_id: U64
    instrument_id: U32
    account_id: U32
    trigger_price: Ticks
    seen_price: Ticks


class OrderSuspended(Event, frozen=True, gc=False, kw_only=True):
    """A child waits at the desk until its parent has ended. It reserves nothing."""

    kind = 103
    order_id: U64
    instrument_id: U32
    account_id: U32


class OrderReleased(Event, frozen=True, gc=False, kw_only=True):
    """Its parent has ended with fills: the child goes to the venue. `qty` is its total from now on."""

    kind = 104
    order_id: U64
    instrument_id: U32
    account_id: U32
    qty: Lots


class OrderInstructed(Event, frozen=True, gc=False, kw_only=True):
    """What a NewInstructedOrder asked beyond a NewOrder. It follows the OrderSubmitted or OrderDenied of a desk's,
    and precedes the OrderAccepted of a member's order. Field meanings as in NewInstructedOrder.
    """

    kind = 98
    order_id: U64
    instrument_id: U32
    account_id: U32
    group_id: U32
    trigger_source: TriggerSource
    offset_unit: OffsetUnit
    peg_reference: PegReference
    contingency: Contingency
    display_qty: Lots
    min_qty: Lots
    trigger_price: Ticks
    offset: I64
