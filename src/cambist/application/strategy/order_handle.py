"""An order as its strategy holds it: there at once, kept up to date by events, with its own amend and cancel."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from msgspec.structs import replace

from cambist.application.strategy.instrument_view import price_of, qty_of
from cambist.domain.events import (
    CancelRejected,
    CancelSubmitted,
    OrderAccepted,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderReleased,
    OrderReplaced,
    OrderSuspended,
    OrderTriggered,
    ReplaceRejected,
    ReplaceSubmitted,
)
from cambist.domain.grid import DecimalInput
from cambist.domain.instructions import PLAIN, Instructions
from cambist.domain.instrument import Instrument
from cambist.domain.message import Event
from cambist.domain.reasons import Reason, known_reason
from cambist.domain.vocabulary import OrderFlag, OrderStatus, OrderType, Side, TimeInForce


class OrderGroup(Protocol):
    """What ties orders together."""

    def id_at(self, sequence: int) -> int:
        """The number of the group."""


class OrderActions(Protocol):
    """Whoever carries out what a handle is asked."""

    def amend(self, order: OrderHandle, price: DecimalInput | None, qty: DecimalInput | None) -> None:
        """Ask for another price or total quantity."""

    def cancel(self, order: OrderHandle) -> None:
        """Ask for its end."""


class OrderHandle:
    """Amounts are Decimal; `price_ticks`, `qty_lots` and `filled_lots` are the integers behind them."""

    __slots__ = (
        "_actions",
        "_peg_limit_before",
        "expire_ns",
        "filled_lots",
        "filled_value",
        "flags",
        "group",
        "instructions",
        "instrument",
        "is_cancel_pending",
        "is_replace_pending",
        "is_triggered",
        "order_id",
        "order_type",
        "peg_limit_ticks",
        "price_ticks",
        "qty_lots",
        "reason",
        "side",
        "status",
        "tag",
        "time_in_force",
    )

    def __init__(
        self,
        actions: OrderActions,
        instrument: Instrument,
        *,
        side: Side,
        order_type: OrderType,
        time_in_force: TimeInForce,
        flags: OrderFlag,
        price_ticks: int,
        qty_lots: int,
        expire_ns: int = 0,
        instructions: Instructions = PLAIN,
        tag: str = "",
    ) -> None:
        self._actions = actions
        self.instrument = instrument
        self.side = side
        self.order_type = order_type
        self.time_in_force = time_in_force
        self.flags = flags
        self.price_ticks = price_ticks
        self.qty_lots = qty_lots
        self.expire_ns = expire_ns
        self.instructions = instructions
        self.peg_limit_ticks = self._peg_limit_before = price_ticks if order_type is OrderType.PEGGED else 0
        """How far a pegged order follows, as last asked, and before that."""
        self.tag = tag
        self.group: OrderGroup | None = None
        """What it is tied to."""
        self.order_id = 0
        """0 until it is sequenced, at the end of the hook that placed it."""
        self.filled_lots = 0
        self.filled_value = 0
        """Sum of price times qty of its fills, in tick-lots."""
        self.status = OrderStatus.PENDING_NEW
        self.reason = Reason.NONE
        """Why it was refused or ended."""
        self.is_cancel_pending = False
        self.is_replace_pending = False
        self.is_triggered = False

    def __repr__(self) -> str:
        price = self.order_type.name if self.price is None else self.price
        return f"<Order {self.order_id} {self.side.name} {self.qty} {self.symbol} @ {price} {self.status.name}>"

    @property
    def symbol(self) -> str:
        """What it trades."""
        return self.instrument.symbol

    @property
    def price(self) -> Decimal | None:
        """Its limit, or None while it has none: MARKET, and MARKET_TO_LIMIT before it rests."""
        has_limit = self.order_type is OrderType.LIMIT or self.price_ticks > 0
        return price_of(self.instrument, self.price_ticks) if has_limit else None

    @property
    def present_ticks(self) -> int:
        """What an amendment would change: the limit price, or the trigger price of an order that has none."""
        if self.order_type is OrderType.PEGGED:
            return self.peg_limit_ticks
        return self.instructions.trigger_price if self.order_type.is_amended_by_trigger else self.price_ticks

    @property
    def trigger_price(self) -> Decimal | None:
        """What it waits for, or None where it does not wait for a price of its own."""
        ticks = self.instructions.trigger_price
        return price_of(self.instrument, ticks) if ticks else None

    @property
    def qty(self) -> Decimal:
        """The total, what is filled included."""
        return qty_of(self.instrument, self.qty_lots)

    @property
    def filled_qty(self) -> Decimal:
        """What is filled."""
        return qty_of(self.instrument, self.filled_lots)

    @property
    def leaves_lots(self) -> int:
        """What may still be filled, in lots: 0 once closed."""
        return 0 if self.status.is_closed else self.qty_lots - self.filled_lots

    @property
    def leaves_qty(self) -> Decimal:
        """What may still be filled: 0 once closed."""
        return qty_of(self.instrument, self.leaves_lots)

    @property
    def avg_price(self) -> Decimal | None:
        """Average price of its fills, or None before the first."""
        if not self.filled_lots:
            return None
        tick = Decimal(self.instrument.tick_size).scaleb(-8)
        return Decimal(self.filled_value) * tick / Decimal(self.filled_lots)

    @property
    def is_open(self) -> bool:
        """True until it is filled, canceled, expired or refused."""
        return not self.status.is_closed

    @property
    def is_settled(self) -> bool:
        """True where it is open and nothing asked of it is unanswered."""
        return self.status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED, OrderStatus.TRIGGERED)

    def amend(self, price: DecimalInput | None = None, qty: DecimalInput | None = None) -> None:
        """Ask for another price, another total quantity, or both. Less quantity keeps its place in the queue."""
        self._actions.amend(self, price, qty)

    def cancel(self) -> None:
        """Ask for its end. Nothing happens where it has ended or is about to."""
        self._actions.cancel(self)

    def on_event(self, event: Event) -> None:
        """Take a fact about this order in."""
        if isinstance(event, OrderFilled):
            self.filled_lots += event.last_qty
            self.filled_value += event.last_price * event.last_qty
            self._settle(OrderStatus.FILLED if event.leaves_qty == 0 else None)
        elif isinstance(event, OrderAccepted):
            self._settle(OrderStatus.NEW)
        elif isinstance(event, OrderSuspended):
            self.status = OrderStatus.SUSPENDED
        elif isinstance(event, OrderReleased):
            self.qty_lots, self.status = event.qty, OrderStatus.PENDING_NEW
        elif isinstance(event, OrderTriggered):
            self.is_triggered = True
            self._settle(None)
        elif isinstance(event, OrderReplaced):
            self._take_price(event.price)
            self.qty_lots, self.is_replace_pending = event.qty, False
            self._settle(None)
        elif isinstance(event, OrderDenied | OrderRejected):
            self.reason = known_reason(event.reason)
            self.status = OrderStatus.DENIED if isinstance(event, OrderDenied) else OrderStatus.REJECTED
        elif isinstance(event, OrderCanceled):
            self.reason, self.status = known_reason(event.reason), OrderStatus.CANCELED
        elif isinstance(event, OrderExpired):
            self.status = OrderStatus.EXPIRED
        else:
            self._on_request(event)

    def _take_price(self, ticks: int) -> None:
        """An amended price is the trigger's where there is no limit."""
        if not self.order_type.is_amended_by_trigger:
            self.price_ticks = ticks
        elif ticks:
            self.instructions = replace(self.instructions, trigger_price=ticks)

    def _on_request(self, event: Event) -> None:
        """How a cancel or an amendment stands."""
        if isinstance(event, CancelSubmitted):
            self.is_cancel_pending = True
        elif isinstance(event, ReplaceSubmitted):
            self.is_replace_pending = True
        elif isinstance(event, CancelRejected):
            self.is_cancel_pending = False
        elif isinstance(event, ReplaceRejected):
            self.is_replace_pending = False
            self.peg_limit_ticks = self._peg_limit_before
        if self.is_open and self.status is not OrderStatus.PENDING_NEW:
            self._settle(None)

    def _settle(self, status: OrderStatus | None) -> None:
        """The status that what is known and what is pending add up to."""
        if status is OrderStatus.FILLED:
            self.status = status
        elif self.is_cancel_pending:
            self.status = OrderStatus.PENDING_CANCEL
        elif self.is_replace_pending:
            self.status = OrderStatus.PENDING_REPLACE
        else:
            is_suspended = self.status is OrderStatus.SUSPENDED
            unfilled = OrderStatus.TRIGGERED if self.is_triggered else self.status if is_suspended else OrderStatus.NEW
            self.status = OrderStatus.PARTIALLY_FILLED if self.filled_lots else unfilled

    def expect_cancel(self) -> None:
        """A cancel is on its way."""
        self.is_cancel_pending = True
        if self.status is not OrderStatus.PENDING_NEW:
            self._settle(None)

    def expect_replace(self, price_ticks: int) -> None:
        """An amendment to that price is on its way."""
        if self.order_type is OrderType.PEGGED:
            self._peg_limit_before, self.peg_limit_ticks = self.peg_limit_ticks, price_ticks
        self.is_replace_pending = True
        if self.status is not OrderStatus.PENDING_NEW:
            self._settle(None)
