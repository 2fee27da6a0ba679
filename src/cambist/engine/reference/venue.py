"""Our matching venue: orders arrive, match, rest and leave. It knows sessions and books, nothing of risk or P&L.

Its public facts are Trade and BookDelta; everything about one order goes to the session that sent it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from cambist.domain.events import BookDelta
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import ExecutionReport, ReplaceTerms, RoutedOrder
from cambist.domain.vocabulary import OrderFlag, OrderType, Phase, ReportKind, Side, TimeInForce
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.book import reaches
from cambist.engine.reference.market import Market
from cambist.engine.reference.matching import Matching
from cambist.engine.reference.pegging import Pegging
from cambist.engine.reference.phases import Phases
from cambist.engine.reference.protections import Protections
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.uncross import Uncross
from cambist.engine.reference.venue_gate import replace_reason, triggered_reason
from cambist.engine.reference.venue_order import Session, VenueOrder
from cambist.engine.reference.waiting import WaitingOrder, WaitingOrders


class Venue:
    """What members and the desk can do on our venue. Gates have judged orders before `enter`."""

    def __init__(self, state: EngineState, protections: Protections) -> None:
        self._state = state
        self._protections = protections
        self._matching = Matching(state, protections)
        self._uncross = Uncross(state, self._matching, protections)
        self._waiting = WaitingOrders(state)
        self._pegging = Pegging(state)
        self.phases = Phases(state, self)
        self.expire_elsewhere: Callable[[int], None] = _nowhere
        """Who is told of an order's time that is not at the venue."""
        self._interruption: tuple[Side, int] | None = None
        self._has_traded = False

    def reject(self, routed: RoutedOrder, session: Session, reason: Reason) -> None:
        """Tell the sender that the order was not admitted."""
        _report(VenueOrder.arriving(routed, session), ReportKind.REJECTED, reason)

    def enter(self, routed: RoutedOrder, session: Session) -> None:
        """Admit an order: let it wait, collect it where there is an auction, else let it trade."""
        market = self._state.markets[routed.instrument_id]
        order = VenueOrder.arriving(routed, session)
        _report(order, ReportKind.ACCEPTED)
        if order.order_type.waits:
            self._state.waiting[order.order_id] = WaitingOrder(order, order.instructions.trigger_price)
        elif order.is_pegged:
            self._state.parked[order.order_id] = order
            self._begin_pegging(market, order)
        elif market.is_collecting or order.time_in_force is TimeInForce.AT_CLOSE:
            self._collect(market, order)
        else:
            self._trade_or_rest(market, order)
        if order.expire_ns and order.leaves_qty:
            self._state.timers.arm_expiry(order.expire_ns, order.order_id)
        self._state_deltas(market)
        self._follow_price(market)
        self.pull_quotes()

    def _trade_or_rest(self, market: Market, order: VenueOrder) -> None:
        """Continuous trading: match, then rest or cancel what is left, unless the price moves too far."""
        limit = _limit_price(order, market)
        if order.flags & OrderFlag.REPRICE and market.crosses(order.side, order.price):
            limit = market.price_behind(order.side, order.qty)
            _take_price(order, limit)
        guarded = market.dynamic_limit(order.side, limit) if limit else 0
        if reason := self._unfillable_reason(market, order, guarded):
            self._matching.cancel_taker(order, reason)
            return
        if guarded:
            self._match(market, order, limit, guarded)
        if order.leaves_qty and not order.may_rest:
            self._matching.cancel_taker(order, Reason.UNFILLED_REMAINDER)
        if order.leaves_qty and order.order_type is OrderType.MARKET_TO_LIMIT:
            self._become_limit(market, order, limit)
        self._rest(market, order)

    def _match(self, market: Market, order: VenueOrder, limit: int, guarded: int) -> None:
        """Trade as far as the guard of the instrument allows. What the order may not take then leads to an auction, in
        which it takes part if it may rest at its price.
        """
        trade_id = self._state.next_trade_id
        self._matching.match(market, order, guarded)
        best = market.book.best(order.side.opposite)
        if best is not None and order.leaves_qty and self._interrupts(market, order, limit, best.price):
            self._interruption = (order.side, best.price)
            may_join = order.may_rest and order.order_type is not OrderType.MARKET_TO_LIMIT
            if not may_join or order.price == 0:
                self._matching.cancel_taker(order, Reason.VOLATILITY_INTERRUPTION)
        self._has_traded = self._state.next_trade_id > trade_id

    def _interrupts(self, market: Market, order: VenueOrder, limit: int, price: int) -> bool:
        """True where an order would trade next beyond the dynamic band, and within its own and the price limits."""
        guard, side, reference_price = market.guard, order.side, market.reference_price
        is_wanted = reaches(side, limit, price) and reaches(side, guard.price_limit(side, reference_price), price)
        return is_wanted and not reaches(side, guard.dynamic_limit(side, reference_price), price)

    def _follow_price(self, market: Market) -> None:
        """After an order has entered: the dynamic reference follows trades; what was too far begins an auction."""
        if self._interruption is not None:
            side, price = self._interruption
            self._interruption = None
            self.phases.interrupt(market, side, price)
        elif self._has_traded:
            market.settle_reference()
        self._has_traded = False

    def _collect(self, market: Market, order: VenueOrder) -> None:
        """Keep an order for an auction: at its price where it has one, unless the auction is yet to come."""
        if order.time_in_force is TimeInForce.AT_CLOSE and market.phase is not Phase.CLOSING_AUCTION:
            market.waiting.add(order)
        elif order.price == 0:
            market.market_orders.add(order)
        else:
            self._rest(market, order)
        self._state.resting[order.order_id] = order

    def react(self) -> bool:
        """Do the next thing that what has happened sets off: on the lowest instrument_id, what waits triggers before
        what is pegged moves. False where nothing is due.
        """
        waiting, pegged = self._waiting.first_due(), self._pegging.first_due()
        if waiting is not None and (pegged is None or waiting.order.instrument_id <= pegged.instrument_id):
            market = self._state.markets[waiting.order.instrument_id]
            self._trigger(market, waiting)
        elif pegged is not None:
            market = self._state.markets[pegged.instrument_id]
            self._take_peg_price(market, pegged, self._pegging.price_of(pegged))
        else:
            return False
        self._state_deltas(market)
        self._follow_price(market)
        self.pull_quotes()
        return True

    def replace(self, order: VenueOrder, terms: ReplaceTerms) -> None:
        """Amend a resting order: in place where it only shrinks, as a new arrival otherwise."""
        market = self._state.markets[order.instrument_id]
        waiting = self._state.waiting.get(order.order_id)
        if reason := replace_reason(order, market, terms, is_waiting=waiting is not None):
            _report(order, ReportKind.REPLACE_REJECTED, reason)
        elif waiting is not None:
            _replace_waiting(waiting, terms)
        elif terms.is_shrink:
            self._shrink(order, terms)
        elif order.is_pegged:
            self._move_peg(market, order, terms)
        else:
            self._move(market, order, terms)
        self._state_deltas(market)
        self._follow_price(market)
        self.pull_quotes()

    def give_back(self, order: VenueOrder, qty: int) -> None:
        """Take lots off a resting order in place, in any phase."""
        if qty:
            market = self._state.markets[order.instrument_id]
            self._shrink(order, ReplaceTerms(order.price, order.qty - qty, is_shrink=True))
            self._state_deltas(market)

    def cancel(self, order_id: int, reason: Reason) -> None:
        """Take an order out and state what its level holds now."""
        order = self._state.venue_order(order_id)
        if order is not None:
            market = self._leave(order)
            _report(order, ReportKind.CANCELED, reason)
            self._state_deltas(market)

    def pull_quotes(self) -> None:
        """Rule protection.pulls: where matching has triggered protections, the quotes they protect go now."""
        for trigger in self._protections.take_triggered():
            self._state.log.emit(trigger)
            for order_id in self._state.quotes.order_ids(trigger.account_id, trigger.instrument_id):
                self.cancel(order_id, Reason.PROTECTION_TRIGGERED)

    def lower(self, order_id: int, qty: int) -> None:
        """Rule oco.lowers: an order loses lots because another of its group traded, in its place and at once."""
        order = self._state.venue_order(order_id)
        if order is None:
            return
        if order.leaves_qty <= qty:
            self._leave(order)
            _report(order, ReportKind.CANCELED, Reason.GROUP_FILLED)
            order.leaves_qty = order.reserve_qty = 0
        else:
            self._take_lots(order, qty)
            terms = ReplaceTerms(order.price, order.qty - qty, is_shrink=True)
            order.qty = terms.qty
            _report_replaced(order, terms, kept_priority=True)

    def expire(self, order_id: int) -> None:
        """The order's time is over, unless it is already gone."""
        order = self._state.venue_order(order_id)
        if order is None:
            self.expire_elsewhere(order_id)
        else:
            market = self._leave(order)
            _report(order, ReportKind.EXPIRED)
            self._state_deltas(market)

    def end_day(self, instrument_ids: Collection[int]) -> None:
        """DAY orders on these instruments expire, by order_id."""
        for order_id in self._state.day_order_ids():
            order = self._state.venue_order(order_id) or self._state.orders[order_id]
            if order.instrument_id in instrument_ids:
                self.expire(order_id)

    def _trigger(self, market: Market, entry: WaitingOrder) -> None:
        """An order enters the market that has waited for it."""
        order = entry.order
        del self._state.waiting[order.order_id]
        order.session.on_trigger(order, entry.trigger_price, entry.seen_price)
        if reason := triggered_reason(order, market):
            self._matching.cancel_taker(order, reason)
        else:
            self._trade_or_rest(market, order)

    def _begin_pegging(self, market: Market, order: VenueOrder) -> None:
        """A pegged order arrives. Where its first price is its limit there is nothing to say of it."""
        price = self._pegging.price_of(order, enters=True)
        if price != order.price:
            self._take_peg_price(market, order, price)
        elif price:
            del self._state.parked[order.order_id]
            self._trade_or_rest(market, order)

    def _take_peg_price(self, market: Market, order: VenueOrder, price: int) -> None:
        """A pegged order leaves its place, says its new price and enters there; at price 0 it stands in no book."""
        self._leave(order)
        order.price, order.reserve_qty = price, 0
        _report_replaced(order, ReplaceTerms(price, order.qty, is_shrink=False), kept_priority=False)
        if price:
            self._trade_or_rest(market, order)
        else:
            self._state.parked[order.order_id] = order

    def uncross(self, market: Market) -> None:
        """End the auction of an instrument."""
        self._uncross.run(market)
        self._state_deltas(market)

    def let_in_waiting(self, market: Market) -> None:
        """The closing auction begins: AT_CLOSE orders take part."""
        for order in [*market.waiting]:
            market.waiting.remove(order)
            self._collect(market, order)
        self._state_deltas(market)

    def end_waiting(self, market: Market) -> None:
        """There is no closing auction any more: AT_CLOSE orders that still wait end, by order_id."""
        for order in sorted(market.waiting, key=lambda order: order.order_id):
            self._matching.cancel_resting(market, order, Reason.AUCTION_ENDED)

    def _unfillable_reason(self, market: Market, order: VenueOrder, limit: int) -> Reason:
        """Why an order that wants all, or a minimum, at once ends before it trades; else NONE."""
        is_fok = order.time_in_force is TimeInForce.FOK
        wanted = order.leaves_qty if is_fok else min(order.leaves_qty, order.instructions.min_qty)
        if not wanted:
            return Reason.NONE
        shared = market.instrument.is_pro_rata
        if limit and self._matching.is_fillable(market.book, order, limit, wanted, shared=shared):
            return Reason.NONE
        return Reason.FOK_UNFILLABLE if is_fok else Reason.MIN_QTY_UNAVAILABLE

    def _shrink(self, order: VenueOrder, terms: ReplaceTerms) -> None:
        self._take_lots(order, order.qty - terms.qty)
        order.qty = terms.qty
        _report_replaced(order, ReplaceTerms(order.price, terms.qty, is_shrink=True), kept_priority=True)

    def _take_lots(self, order: VenueOrder, qty: int) -> None:
        """Take lots, less than all, off an order in its place."""
        market = self._state.markets[order.instrument_id]
        if self._state.is_set_aside(order.order_id) or market.holds_outside_the_book(order):
            order.leaves_qty -= qty
        elif qty and market.book.reduce(order, qty):
            self._matching.touch(order)

    def _move(self, market: Market, order: VenueOrder, terms: ReplaceTerms) -> None:
        self._leave(order)
        order.leaves_qty, order.reserve_qty = terms.qty - order.filled_qty, 0
        order.price, order.qty = terms.price, terms.qty
        _report_replaced(order, terms, kept_priority=False)
        if market.is_collecting or order.time_in_force is TimeInForce.AT_CLOSE:
            self._collect(market, order)
        else:
            self._match(market, order, order.price, market.dynamic_limit(order.side, order.price))
            self._rest(market, order)

    def _move_peg(self, market: Market, order: VenueOrder, terms: ReplaceTerms) -> None:
        """Another limit or more of it: it begins anew where it should stand then."""
        self._leave(order)
        order.leaves_qty = terms.qty - order.filled_qty
        order.qty, order.limit_price = terms.qty, terms.price
        self._state.parked[order.order_id] = order
        self._take_peg_price(market, order, self._pegging.price_of(order, enters=True))

    def _become_limit(self, market: Market, order: VenueOrder, price: int) -> None:
        """What is left of a MARKET_TO_LIMIT order takes the price at which it may trade; 0: there was none."""
        if price == 0:
            self._matching.cancel_taker(order, Reason.UNFILLED_REMAINDER)
        elif market.instrument.value(price, order.leaves_qty) > MAX_I64:
            self._matching.cancel_taker(order, Reason.NOTIONAL_OVERFLOW)
        else:
            _take_price(order, price)

    def _leave(self, order: VenueOrder) -> Market:
        market = self._state.markets[order.instrument_id]
        if self._state.waiting.pop(order.order_id, None) or self._state.parked.pop(order.order_id, None):
            return market
        self._matching.leave(market, order)
        return market

    def _rest(self, market: Market, order: VenueOrder) -> None:
        if order.leaves_qty:
            order.show_slice()
            market.book.add(order)
            self._state.keep_in_book(order)
            self._matching.touch(order)

    def _state_deltas(self, market: Market) -> None:
        """One fact per touched level, in order of first touch."""
        for side, price in self._matching.take_touched():
            qty, order_count = market.book.depth(side, price)
            self._state.log.emit(
                BookDelta(
                    instrument_id=market.instrument.instrument_id,
                    side=side,
                    price=price,
                    qty=qty,
                    order_count=order_count,
                )
            )


def _nowhere(order_id: int) -> None:
    """Nobody has it any more."""


def _limit_price(order: VenueOrder, market: Market) -> int:
    """How far a taker may go. A MARKET order goes to the end of the band, as it is on arrival; a MARKET_TO_LIMIT order
    to the best price if that is within the band, else nowhere: 0.
    """
    if order.order_type.is_priced or order.is_pegged:
        return order.price
    band = market.band
    farthest = band.high if order.side is Side.BUY else band.low
    if order.order_type is not OrderType.MARKET_TO_LIMIT:
        return farthest
    best = market.book.best_price(order.side.opposite)
    may_reach = reaches(order.side, farthest, best) and market.holds_limit(order.side, best)
    return best if best and may_reach else 0


def _replace_waiting(waiting: WaitingOrder, terms: ReplaceTerms) -> None:
    """Amend an order that waits: nothing of it is in a book. Without a limit price its trigger price is meant; a
    trailing stop follows as before.
    """
    order = waiting.order
    if order.order_type.is_priced:
        order.price = terms.price
    elif order.order_type.is_amended_by_trigger:
        waiting.trigger_price = terms.price
    order.qty = order.leaves_qty = terms.qty
    _report_replaced(order, terms, kept_priority=terms.is_shrink)


def _take_price(order: VenueOrder, price: int) -> None:
    """An arriving order is priced by the venue."""
    order.price = price
    _report_replaced(order, ReplaceTerms(price, order.qty, is_shrink=False), kept_priority=False)


def _report(order: VenueOrder, kind: ReportKind, reason: Reason = Reason.NONE) -> None:
    order.session.on_report(order, ExecutionReport(order_id=order.order_id, kind=kind, reason=reason))


def _report_replaced(order: VenueOrder, terms: ReplaceTerms, *, kept_priority: bool) -> None:
    order.session.on_report(
        order,
        ExecutionReport(
            order_id=order.order_id,
            kind=ReportKind.REPLACED,
            price=terms.price,
            qty=terms.qty,
            kept_priority=kept_priority,
        ),
    )
