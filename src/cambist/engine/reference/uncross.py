"""The end of an auction: what was collected trades at one price (docs/engine.md section 28)."""

from __future__ import annotations

from cambist.domain.auction import NOTHING_INDICATED, Indication
from cambist.domain.events import Trade
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import ExecutionReport
from cambist.domain.session_events import AuctionUncrossed
from cambist.domain.vocabulary import ReportKind, Side
from cambist.domain.widths import MAX_I64
from cambist.engine.reference.book import reaches
from cambist.engine.reference.market import Market
from cambist.engine.reference.matching import Matching
from cambist.engine.reference.protections import Protections
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import VenueOrder


class Uncross:
    """Leaves a book that is not crossed, no MARKET order, and no order that was for this auction only."""

    def __init__(self, state: EngineState, matching: Matching, protections: Protections) -> None:
        self._state = state
        self._matching = matching
        self._protections = protections

    def run(self, market: Market) -> None:
        """Trade, again where orders that ended on the way left the book crossed, then end what an auction ends."""
        market.indicated = NOTHING_INDICATED
        has_traded = False
        while (found := market.indicate()).price:
            qty = self._trade_at(market, found)
            if qty:
                has_traded = True
                self._state_uncrossed(market, found, qty)
        if not has_traded:
            self._state_uncrossed(market, found, 0)
        self._end_orders(market)
        market.is_collecting = False

    def _trade_at(self, market: Market, found: Indication) -> int:
        """Pair the orders with priority until one side has none that trades at the price. Returns the lots traded."""
        traded_qty = 0
        while (buy := _first(market, Side.BUY, found.price)) and (sell := _first(market, Side.SELL, found.price)):
            spent = [order for order in (buy, sell) if not order.reducible_qty()]
            for order in spent:
                self._matching.cancel_resting(market, order, Reason.POSITION_REDUCED)
            if not spent:
                traded_qty += self._trade(market, buy, sell, found)
        return traded_qty

    def _trade(self, market: Market, buy: VenueOrder, sell: VenueOrder, found: Indication) -> int:
        """One trade. The side that is left over counts as the aggressor; its order stands in the taker's place."""
        price = found.price
        qty_max = MAX_I64 // market.instrument.value(price, 1)
        wanted_qty = min(buy.reducible_qty(), sell.reducible_qty())
        qty = min(wanted_qty, qty_max)
        taker, maker = (buy, sell) if found.imbalance_side is Side.BUY else (sell, buy)
        trade_id = self._state.next_trade_id
        self._state.next_trade_id += 1
        for order in (maker, taker):
            self._take_off(market, order, qty)
        market.last_price = price
        self._state.log.emit(
            Trade(
                trade_id=trade_id,
                instrument_id=maker.instrument_id,
                aggressor=taker.side,
                price=price,
                qty=qty,
                maker_order_id=maker.order_id,
                taker_order_id=taker.order_id,
            )
        )
        for order in (maker, taker):
            order.session.on_report(order, _filled(order, trade_id, price, qty))
            self._protections.count(order, qty)
        if qty < wanted_qty:  # without a price of its own: a LIMIT order to buy is never worth so much
            self._matching.cancel_resting(market, buy, Reason.NOTIONAL_OVERFLOW)
        for order in (maker, taker):
            order.session.after_trade()
        return qty

    def _take_off(self, market: Market, order: VenueOrder, qty: int) -> None:
        if order in market.market_orders:
            order.leaves_qty -= qty
            if not order.leaves_qty:
                market.market_orders.remove(order)
        else:
            self._matching.touch(order)
            market.book.fill(order, qty)
        if not order.leaves_qty:
            self._state.forget_in_book(order)

    def _end_orders(self, market: Market) -> None:
        """What had no price, and what was for this auction only, by order_id."""
        ended = [*market.market_orders]
        ended += [order for order in market.book.orders() if order.time_in_force.is_for_auction]
        for order in sorted(ended, key=lambda order: order.order_id):
            is_for_auction = order.time_in_force.is_for_auction
            reason = Reason.AUCTION_ENDED if is_for_auction else Reason.UNFILLED_REMAINDER
            self._matching.cancel_resting(market, order, reason)

    def _state_uncrossed(self, market: Market, found: Indication, qty: int) -> None:
        self._state.log.emit(
            AuctionUncrossed(
                instrument_id=market.instrument.instrument_id,
                imbalance_side=found.imbalance_side,
                price=found.price,
                qty=qty,
                imbalance_qty=found.imbalance_qty,
            )
        )


def _first(market: Market, side: Side, price: int) -> VenueOrder | None:
    """The order of a side with priority at a price: MARKET before LIMIT, then price, then time."""
    order = market.market_orders.first(side)
    if order is not None:
        return order
    level = market.book.best(side)
    return level.first if level is not None and reaches(side, level.price, price) else None


def _filled(order: VenueOrder, trade_id: int, price: int, qty: int) -> ExecutionReport:
    return ExecutionReport(
        order_id=order.order_id, kind=ReportKind.FILLED, exec_id=trade_id, is_auction=True, price=price, qty=qty
    )
