"""What the API takes: bodies of requests, checked for form. What an order may be is the gate's to judge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec

from cambist.application.control_plane.directory import shown
from cambist.application.control_plane.order_request import OrderRequest
from cambist.domain import vocabulary
from cambist.domain.grid import exact_e8
from cambist.domain.limits import Limits
from cambist.domain.widths import MAX_I64
from cambist.presentation.http.problem import invalid
from cambist.presentation.http.words import (
    Contingency,
    OffsetUnit,
    OrderType,
    PegReference,
    Side,
    TimeInForce,
    TradingState,
    TriggerSource,
)

_AMOUNT = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,6})?", re.ASCII)
_AMOUNT_CHARACTERS_MAX = 64
_COUNTS = ("leverage", "max_open_orders", "max_orders_per_second")
_FRACTIONS = ("max_drawdown",)
_ID = re.compile(r"\d{1,20}", re.ASCII)


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's body; a field it does not know is an error."""


Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]
"""A length of time, a day at most."""
Name = Annotated[str, msgspec.Meta(max_length=256)]
Cause = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Offset = Annotated[int, msgspec.Meta(ge=-(1 << 40), le=1 << 40)]
GroupId = Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]
CauseOfStep = Annotated[str, msgspec.Meta(max_length=500)]


class NewOrderBody(Body, frozen=True, kw_only=True):
    """An order. Amounts are decimal text; time in force is GTC for LIMIT and IOC for MARKET where it is not given."""

    symbol: Name
    side: Side
    order_type: OrderType
    qty: str
    price: str | None = None
    time_in_force: TimeInForce | None = None
    expire_time: str | None = None
    """ns since epoch."""
    post_only: bool = False
    reduce_only: bool = False
    hidden: bool = False
    reprice: bool = False
    display_qty: str | None = None
    """How much of it is shown at a time: an iceberg."""
    min_qty: str | None = None
    """How much must trade at once on arrival."""
    trigger_price: str | None = None
    trigger_source: TriggerSource = TriggerSource.LAST
    offset: Offset = 0
    """How far a trailing stop follows, or a pegged order stands from its reference (signed)."""
    offset_unit: OffsetUnit = OffsetUnit.TICKS
    peg_reference: PegReference = PegReference.PRIMARY
    contingency: Contingency = Contingency.NONE
    group_id: GroupId = 0
    """Which orders of the account a contingency ties together."""
    client_order_id: Name | None = None
    account: Name | None = None

    def request(self) -> OrderRequest:
        """The order for the desk. Raises NotGranted where an amount is not a number."""
        tif = self.time_in_force
        return OrderRequest(
            symbol=self.symbol,
            side=vocabulary.Side[self.side],
            order_type=vocabulary.OrderType[self.order_type],
            qty=amount("qty", self.qty),
            price=optional_amount("price", self.price),
            time_in_force=None if tif is None else vocabulary.TimeInForce[tif],
            expire_ns=0 if self.expire_time is None else instant("expire_time", self.expire_time),
            post_only=self.post_only,
            reduce_only=self.reduce_only,
            hidden=self.hidden,
            reprice=self.reprice,
            display_qty=optional_amount("display_qty", self.display_qty),
            min_qty=optional_amount("min_qty", self.min_qty),
            trigger_price=optional_amount("trigger_price", self.trigger_price),
            trigger_source=vocabulary.TriggerSource[self.trigger_source],
            offset=self.offset,
            offset_unit=vocabulary.OffsetUnit[self.offset_unit],
            peg_reference=vocabulary.PegReference[self.peg_reference],
            contingency=vocabulary.Contingency[self.contingency],
            group_id=self.group_id,
            client_order_id=self.client_order_id or "",
            account=self.account,
        )


class OrdersBody(Body, frozen=True, kw_only=True):
    """Orders that are sent together, at most 100: a bracket's exits go before its entry."""

    orders: Annotated[list[NewOrderBody], msgspec.Meta(min_length=1, max_length=100)]


class AmendBody(Body, frozen=True, kw_only=True):
    """A new price, a new total quantity, or both."""

    price: str | None = None
    qty: str | None = None


class CancelAllBody(Body, frozen=True, kw_only=True):
    """Which open orders to cancel; without filters all of them."""

    account: Name | None = None
    strategy: Name | None = None
    symbol: Name | None = None
    side: Side | None = None


class StepBody(Body, frozen=True, kw_only=True):
    """Why a strategy is moved."""

    cause: CauseOfStep | None = None


class FlattenBody(Body, frozen=True, kw_only=True):
    """Which of a strategy's positions to close; without a symbol all of them."""

    symbol: Name | None = None


class TradingStateBody(Body, frozen=True, kw_only=True):
    """A trading state for a strategy, for an account, or for the firm where neither is named."""

    state: TradingState
    cause: Cause
    account: Name | None = None
    strategy: Name | None = None


class SymbolPermissionBody(Body, frozen=True, kw_only=True):
    """Whether an account (the desk's first where none is named) may trade an instrument."""

    symbol: Name
    allowed: bool
    account: Name | None = None


class KillBody(Body, frozen=True, kw_only=True):
    """Why the switch is moved: a strategy's, an account's, or the firm's where neither is named."""

    cause: Cause
    account: Name | None = None
    strategy: Name | None = None


Limit = str | int | None


class LimitsBody(Body, frozen=True, kw_only=True):
    """Limits to change: amounts and the drawdown (a fraction) as decimal text, counts as integers, null for none."""

    account: Name | None = None
    strategy: Name | None = None
    max_order_notional: Limit | msgspec.UnsetType = msgspec.UNSET
    max_position_notional: Limit | msgspec.UnsetType = msgspec.UNSET
    max_exposure_notional: Limit | msgspec.UnsetType = msgspec.UNSET
    max_daily_loss: Limit | msgspec.UnsetType = msgspec.UNSET
    max_drawdown: Limit | msgspec.UnsetType = msgspec.UNSET
    leverage: Limit | msgspec.UnsetType = msgspec.UNSET
    max_open_orders: Limit | msgspec.UnsetType = msgspec.UNSET
    max_orders_per_second: Limit | msgspec.UnsetType = msgspec.UNSET

    def changes(self) -> Mapping[str, int]:
        """The limits given, in the units of SetLimits."""
        given = {name: getattr(self, name) for name in Limits.__struct_fields__}
        changes = {name: _limit(name, value) for name, value in given.items() if value is not msgspec.UNSET}
        if not changes:
            raise invalid(f"Name at least one limit: {', '.join(given)}.")
        return changes


def amount(name: str, text: str) -> str:
    """Decimal text as it stands. Raises NotGranted where it is not a finite decimal number."""
    if len(text) > _AMOUNT_CHARACTERS_MAX or not _AMOUNT.fullmatch(text):
        raise invalid(f'{name} is {shown(text)}; write a decimal number of at most 64 characters, like "123.45".')
    return text


def optional_amount(name: str, text: str | None) -> str | None:
    """The same, of what may be left out."""
    return None if text is None else amount(name, text)


def instant(name: str, text: str) -> int:
    """Nanoseconds since epoch; what no clock will show is clamped."""
    if not _ID.fullmatch(text):
        raise invalid(f"{name} is {shown(text)}; write nanoseconds since the epoch as digits.")
    return min(int(text), MAX_I64)


def identifier(text: str) -> int | None:
    """An id, or None where the text cannot be one."""
    return int(text) if _ID.fullmatch(text) else None


def cursor(text: str | None) -> int | None:
    """Where to continue a list."""
    if text is None:
        return None
    if not _ID.fullmatch(text):
        raise invalid(f"cursor is {shown(text)}; use the next_cursor of the page before.")
    return min(int(text), MAX_I64)


def _limit(name: str, value: Limit) -> int:
    if value is None:
        return 0
    text = amount(name, str(value))
    if name in _COUNTS:
        return _count(name, text)
    if name in _FRACTIONS:
        return fraction(name, text)
    return exact_e8(text)


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise invalid(f"{name} is {shown(text)}; write a whole number of at most 18 digits.")
    return int(text)


def signed_fraction(name: str, text: str) -> int:
    """A rate in ppm, up to the whole either way. Raises NotGranted where it is none."""
    return -fraction(name, text[1:]) if text.startswith("-") else fraction(name, text)


def fraction(name: str, text: str) -> int:
    """A part of the whole, in ppm. Raises NotGranted where it is none."""
    ppm, rest = divmod(exact_e8(amount(name, text)), 100)
    if rest or not 0 <= ppm <= 1_000_000:
        raise invalid(f'{name} is {shown(text)}; write a fraction from 0 to 1 with at most 6 decimals, like "0.1".')
    return ppm
