"""The form of an order: what can be judged from the order alone. Asked by the desk's gate and by the venue's."""

from __future__ import annotations

from cambist.domain.commands import NewOrder
from cambist.domain.instructions import Instructions
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import RoutedOrder
from cambist.domain.vocabulary import OrderFlag, OrderType, TimeInForce
from cambist.domain.widths import MAX_PRICE, MAX_QTY

MAX_CLIENT_ORDER_ID_CHARACTERS = 36
_PRICED_TYPES = (OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED, OrderType.PEGGED)
_ON_OUR_VENUE_ONLY = OrderFlag.HIDDEN | OrderFlag.REPRICE


def is_price(price: int) -> bool:
    """True where a limit may have this price, in ticks."""
    return 1 <= price <= MAX_PRICE


def is_amendment_price(order_type: OrderType, price: int) -> bool:
    """True where an amendment may name this price; 0: none. A trailing stop has none, a pegged order need not have a
    limit, and MARKET orders are not amended.
    """
    if order_type is OrderType.TRAILING_STOP:
        return price == 0
    needs_none = order_type is OrderType.PEGGED and price == 0
    return order_type is not OrderType.MARKET and (needs_none or is_price(price))


def is_qty(qty: int) -> bool:
    """True where an order may have this quantity, in lots."""
    return 1 <= qty <= MAX_QTY


def grid_reason(flags: OrderFlag) -> Reason:
    """Why an order off the grid is refused, else NONE."""
    if flags & OrderFlag.PRICE_INEXACT:
        return Reason.PRICE_PRECISION
    return Reason.QTY_PRECISION if flags & OrderFlag.QTY_INEXACT else Reason.NONE


def form_reason(order: NewOrder | RoutedOrder, now_ns: int, *, for_member: bool = False) -> Reason:
    """The first thing wrong with the form of an order, else NONE. Members have no positions to reduce."""
    return (
        grid_reason(order.flags)
        or _size_reason(order)
        or _kind_reason(order, for_member=for_member)
        or _expiry_reason(order, now_ns)
    )


def is_offered_outside(order: NewOrder) -> bool:
    """True for the kinds of order that outside venues take too."""
    is_plain_type = order.order_type in (OrderType.LIMIT, OrderType.MARKET)
    is_plain = is_plain_type and Instructions.of(order).are_plain
    is_plain_time = order.time_in_force is not TimeInForce.DAY and not order.time_in_force.is_for_auction
    return is_plain and is_plain_time and not order.flags & _ON_OUR_VENUE_ONLY


def _size_reason(order: NewOrder | RoutedOrder) -> Reason:
    is_unpriced = order.price == 0 and not order.order_type.is_priced
    priced = is_price(order.price) and order.order_type in _PRICED_TYPES
    if not priced and not is_unpriced:
        return Reason.INVALID_PRICE
    return Reason.NONE if is_qty(order.qty) else Reason.INVALID_QTY


def _kind_reason(order: NewOrder | RoutedOrder, *, for_member: bool) -> Reason:
    is_lasting = order.time_in_force.may_rest and not order.time_in_force.is_for_auction
    if not _fits_time_in_force(order.order_type, order.time_in_force, is_lasting=is_lasting):
        return Reason.INVALID_TIME_IN_FORCE
    may_rest = is_lasting and order.order_type.may_rest
    if order.flags & OrderFlag.HIDDEN and not may_rest:
        return Reason.INVALID_FLAGS
    if order.flags & OrderFlag.REPRICE and not order.flags & OrderFlag.POST_ONLY:
        return Reason.INVALID_FLAGS
    if order.flags & OrderFlag.POST_ONLY and not (may_rest and order.order_type.is_priced):
        return Reason.INVALID_FLAGS
    return Reason.INVALID_FLAGS if for_member and order.flags & OrderFlag.REDUCE_ONLY else Reason.NONE


def _fits_time_in_force(order_type: OrderType, time_in_force: TimeInForce, *, is_lasting: bool) -> bool:
    """An order that waits says how long it waits, or what follows; it waits for no auction."""
    if order_type is OrderType.MARKET:
        return not is_lasting
    if order_type in (OrderType.MARKET_TO_LIMIT, OrderType.PEGGED):
        return is_lasting
    return not (order_type.waits and time_in_force.is_for_auction)


def _expiry_reason(order: NewOrder | RoutedOrder, now_ns: int) -> Reason:
    if order.time_in_force is TimeInForce.GTD:
        return Reason.NONE if order.expire_ns > now_ns else Reason.INVALID_EXPIRY
    return Reason.NONE if order.expire_ns == 0 else Reason.INVALID_EXPIRY
