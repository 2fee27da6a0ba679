"""The venue's own gate: what every order and amendment meets on arrival (docs/engine.md section 6)."""

from __future__ import annotations

from cambist.domain.instruction_form import instruction_reason, slices_reason
from cambist.domain.order_form import form_reason, is_amendment_price, is_qty
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import ReplaceTerms, RoutedOrder
from cambist.domain.vocabulary import OrderFlag, OrderType, Phase, Side, TimeInForce
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.market import Market
from cambist.engine.reference.venue_order import VenueOrder


def desk_order_reason(routed: RoutedOrder, market: Market) -> Reason:
    """Why the venue rejects an order of the desk, whose form the desk's gate has judged; else NONE."""
    return _phase_reason(routed, market) or _size_reason(routed, market) or _arrival_reason(routed, market)


def member_order_reason(routed: RoutedOrder, market: Market | None, now_ns: int) -> Reason:
    """Why the venue rejects a member's order, else NONE."""
    if market is None or not market.instrument.is_internal:
        return Reason.UNKNOWN_INSTRUMENT
    return (
        _phase_reason(routed, market)
        or form_reason(routed, now_ns, for_member=True)
        or instruction_reason(routed, routed.instructions, for_member=True)
        or _notional_reason(market, routed.price, routed.qty)
        or _size_reason(routed, market)
        or _arrival_reason(routed, market)
    )


def member_replace_reason(order: VenueOrder, market: Market, terms: ReplaceTerms, *, is_waiting: bool) -> Reason:
    """Why the venue does not even look at a member's amendment, else NONE."""
    if not is_amendment_price(order.order_type, terms.price):
        return Reason.INVALID_PRICE
    if not is_qty(terms.qty):
        return Reason.INVALID_QTY
    if terms.qty <= order.filled_qty:
        return Reason.QTY_BELOW_FILLED
    if reason := slices_reason(order.display_qty, terms.qty):
        return reason
    if terms.is_shrink:
        return Reason.NONE
    return (
        _notional_reason(market, terms.price, terms.qty - order.filled_qty)
        or _qty_reason(market, terms.qty)
        or (Reason.NONE if is_waiting or order.is_pegged else _band_reason(market, terms.price))
    )


def triggered_reason(order: VenueOrder, market: Market) -> Reason:
    """Why an order that has triggered does not enter the market, else NONE."""
    if not order.order_type.is_priced:
        return Reason.NONE
    return (
        _band_reason(market, order.price)
        or _limit_reason(market, order.side, order.price)
        or _crossing_reason(order, market)
    )


def replace_reason(order: VenueOrder, market: Market, terms: ReplaceTerms, *, is_waiting: bool) -> Reason:
    """Why the venue refuses an amendment, else NONE."""
    if not market.phase.takes_orders:
        return Reason.MARKET_NOT_OPEN
    if is_waiting or terms.is_shrink:
        return Reason.NONE
    if (order.is_post_only or order.is_pegged) and market.is_collecting:
        return Reason.NOT_IN_AUCTION
    return Reason.NONE if order.is_pegged else _new_price_reason(order, market, terms.price)


def _new_price_reason(order: VenueOrder, market: Market, price: int) -> Reason:
    if reason := _limit_reason(market, order.side, price):
        return reason
    if order.is_post_only and market.crosses(order.side, price):
        return Reason.POST_ONLY_WOULD_CROSS
    return Reason.NONE


def _phase_reason(routed: RoutedOrder, market: Market) -> Reason:
    """What a phase does not admit."""
    if not market.phase.takes_orders:
        return Reason.MARKET_NOT_OPEN
    if routed.time_in_force is TimeInForce.AT_OPEN and market.phase is not Phase.OPENING_AUCTION:
        return Reason.AUCTION_NOT_OPEN
    return Reason.NONE if market.phase is Phase.CONTINUOUS or _is_collectable(routed) else Reason.NOT_IN_AUCTION


def _is_collectable(routed: RoutedOrder) -> bool:
    """True for orders that can wait for one price: nothing that must trade at once, or never at once. Those that wait
    for a trigger have nothing to do with it.
    """
    if routed.order_type.waits:
        return True
    if routed.instructions.min_qty or routed.flags & OrderFlag.POST_ONLY:
        return False
    if routed.order_type is OrderType.MARKET:
        return routed.time_in_force is not TimeInForce.FOK
    return routed.order_type is OrderType.LIMIT and routed.time_in_force.may_rest


def _notional_reason(market: Market, price: int, qty: int) -> Reason:
    """No resting order may hold more than an i64: price 0 (MARKET) never rests."""
    return Reason.NOTIONAL_OVERFLOW if market.instrument.value(price, qty) > MAX_I64 else Reason.NONE


def _size_reason(routed: RoutedOrder, market: Market) -> Reason:
    reason = _qty_reason(market, routed.qty)
    if reason or routed.order_type is not OrderType.LIMIT:
        return reason
    return _band_reason(market, routed.price) or _limit_reason(market, routed.side, routed.price)


def _limit_reason(market: Market, side: Side, price: int) -> Reason:
    return Reason.NONE if market.holds_limit(side, price) else Reason.OUTSIDE_PRICE_LIMITS


def _qty_reason(market: Market, qty: int) -> Reason:
    return Reason.ORDER_QTY_LIMIT if qty > market.instrument.max_order_qty else Reason.NONE


def _band_reason(market: Market, price: int) -> Reason:
    return Reason.NONE if market.band.holds(price) else Reason.PRICE_BAND


def _arrival_reason(routed: RoutedOrder, market: Market) -> Reason:
    """What waits is not near any book yet."""
    return Reason.NONE if routed.order_type.waits else _crossing_reason(routed, market)


def _crossing_reason(routed: RoutedOrder | VenueOrder, market: Market) -> Reason:
    if not routed.flags & OrderFlag.POST_ONLY or not market.crosses(routed.side, routed.price):
        return Reason.NONE
    may_move = routed.flags & OrderFlag.REPRICE and market.price_behind(routed.side, routed.qty)
    return Reason.NONE if may_move else Reason.POST_ONLY_WOULD_CROSS
