"""Price-time matching of one arriving order against the book, with self-trade prevention and reduce_only caps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cambist.domain.events import Trade
from cambist.domain.reasons import Reason
from cambist.domain.routed_order import ExecutionReport
from cambist.domain.vocabulary import ReportKind, SelfTradeMode, Side
from cambist.engine.reference.book import Book, Level, reaches
from cambist.engine.reference.market import Market
from cambist.engine.reference.pro_rata import allocations
from cambist.engine.reference.protections import Protections
from cambist.engine.reference.state import EngineState
from cambist.engine.reference.venue_order import VenueOrder

LevelKey = tuple[Side, int]


class Matching:
    """Remembers which levels were touched, for the deltas that close a command."""

    def __init__(self, state: EngineState, protections: Protections) -> None:
        self._state = state
        self._protections = protections
        self._touched: dict[LevelKey, None] = {}

    def touch(self, order: VenueOrder) -> None:
        """An order left, entered or changed at its level, for all to see."""
        if not order.is_hidden:
            self._touched[order.side, order.price] = None

    def take_touched(self) -> Iterable[LevelKey]:
        """The touched levels in order of first touch, and forget them."""
        touched, self._touched = self._touched, {}
        return touched

    def is_fillable(
        self, book: Book[VenueOrder], taker: VenueOrder, limit_price: int, wanted: int, *, shared: bool
    ) -> bool:
        """True where `wanted` lots of an arriving order would be filled at once. It counts on no order that is
        reduce_only or tied to others, and on nothing behind an order of its own, unless that one would make way; where
        levels are `shared` (PRO_RATA), on nothing beside it either.
        """
        if taker.reducible_qty() < wanted:
            return False
        makes_way = self._mode_of(taker) is SelfTradeMode.CANCEL_OLDEST
        for level in _within(book, taker, limit_price):
            if shared and not makes_way and any(self._is_own(taker, maker) for maker in level.displayed.values()):
                return False
            for maker, qty in level.in_rounds():
                if self._is_own(taker, maker):
                    if not makes_way:
                        return False
                elif not maker.is_reduce_only and not maker.is_tied:
                    wanted -= qty
                if wanted <= 0:
                    return True
        return False

    def match(self, market: Market, taker: VenueOrder, limit_price: int) -> None:
        """Trade until the taker is done, stopped, or the book holds nothing it may reach."""
        book, opposite = market.book, taker.side.opposite
        while taker.leaves_qty:
            level = book.best(opposite)
            if level is None or not reaches(taker.side, limit_price, level.price):
                return
            maker = level.first
            if self._is_own(taker, maker):
                self._prevent_self_trade(market, maker, taker)
            elif not (taker_qty := taker.reducible_qty()):
                self.cancel_taker(taker, Reason.POSITION_REDUCED)
            elif market.instrument.is_pro_rata and taker_qty < level.qty:
                self._share(market, level, taker)
            elif not (maker_qty := maker.reducible_qty()):
                self.cancel_resting(market, maker, Reason.POSITION_REDUCED)
            else:
                self._trade(market, maker, taker, min(taker_qty, maker_qty))

    def _share(self, market: Market, level: Level[VenueOrder], taker: VenueOrder) -> None:
        """Rules pro-rata.*: a level that holds more than the taker wants. What stands in the way goes first."""
        self._clear_the_way(market, level, taker)
        qty = taker.reducible_qty()
        if not 0 < qty < level.qty:
            return
        instrument, makers = market.instrument, list(level.displayed.values())
        shares = allocations(
            [maker.slice_qty for maker in makers],
            qty,
            instrument.minimum_allocation,
            top_first=instrument.top_order_priority,
        )
        for maker, share in zip(makers, shares, strict=True):
            if allowed := min(share, taker.reducible_qty(), maker.reducible_qty()):
                self._trade(market, maker, taker, allowed)

    def _clear_the_way(self, market: Market, level: Level[VenueOrder], taker: VenueOrder) -> None:
        """Own orders, and those that have nothing left to reduce, in time order, until the taker has ended."""
        for maker in list(level.displayed.values()):
            if not taker.leaves_qty:
                return
            if self._is_own(taker, maker):
                self._prevent_self_trade(market, maker, taker)
            elif not maker.reducible_qty():
                self.cancel_resting(market, maker, Reason.POSITION_REDUCED)

    def cancel_taker(self, taker: VenueOrder, reason: Reason) -> None:
        """End an arriving order: what is left of it never reaches the book."""
        taker.session.on_report(taker, _canceled(taker, reason))
        taker.leaves_qty = 0

    def leave(self, market: Market, order: VenueOrder) -> None:
        """Take an order out of the book, or from where it is held."""
        self._state.forget_in_book(order)
        if order in market.market_orders:
            market.market_orders.remove(order)
        elif order in market.waiting:
            market.waiting.remove(order)
        else:
            market.book.remove(order)
            self.touch(order)

    def _is_own(self, taker: VenueOrder, maker: VenueOrder) -> bool:
        accounts = self._state.accounts
        return accounts[taker.account_id].owns_with(accounts[maker.account_id])

    def _mode_of(self, taker: VenueOrder) -> SelfTradeMode:
        return self._state.accounts[taker.account_id].self_trade_mode

    def _prevent_self_trade(self, market: Market, maker: VenueOrder, taker: VenueOrder) -> None:
        """Rules self-trade.*: the mode of the arriving order's account decides."""
        mode = self._mode_of(taker)
        if mode is SelfTradeMode.DECREMENT:
            self._decrement(market, maker, taker)
            return
        if mode is not SelfTradeMode.CANCEL_NEWEST:
            self.cancel_resting(market, maker, Reason.SELF_TRADE)
        if mode is not SelfTradeMode.CANCEL_OLDEST:
            self.cancel_taker(taker, Reason.SELF_TRADE)

    def _decrement(self, market: Market, maker: VenueOrder, taker: VenueOrder) -> None:
        """Both lose the smaller quantity, without a trade."""
        common_qty = min(maker.leaves_qty, taker.leaves_qty)
        taker_is_larger = taker.leaves_qty > common_qty
        if maker.leaves_qty == common_qty:
            self.cancel_resting(market, maker, Reason.SELF_TRADE)
        else:
            if market.book.reduce(maker, common_qty):
                self.touch(maker)
            _shrunk(maker, common_qty)
        if taker_is_larger:
            taker.leaves_qty -= common_qty
            _shrunk(taker, common_qty)
        else:
            self.cancel_taker(taker, Reason.SELF_TRADE)

    def cancel_resting(self, market: Market, maker: VenueOrder, reason: Reason) -> None:
        """End an order that rests or is held."""
        self.leave(market, maker)
        maker.session.on_report(maker, _canceled(maker, reason))

    def _trade(self, market: Market, maker: VenueOrder, taker: VenueOrder, qty: int) -> None:
        trade_id = self._state.next_trade_id
        self._state.next_trade_id += 1
        market.book.fill(maker, qty)
        taker.leaves_qty -= qty
        self.touch(maker)
        if not maker.leaves_qty:
            self._state.forget_in_book(maker)
        market.last_price = maker.price
        self._state.log.emit(
            Trade(
                trade_id=trade_id,
                instrument_id=maker.instrument_id,
                aggressor=taker.side,
                price=maker.price,
                qty=qty,
                maker_order_id=maker.order_id,
                taker_order_id=taker.order_id,
            )
        )
        for order in (maker, taker):
            order.session.on_report(order, _filled(order, trade_id, maker.price, qty, is_maker=order is maker))
            self._protections.count(order, qty)
        for order in (maker, taker):
            order.session.after_trade()


def _within(book: Book[VenueOrder], taker: VenueOrder, limit_price: int) -> Iterator[Level[VenueOrder]]:
    """The levels a taker may meet, best first."""
    for level in book.levels(taker.side.opposite):
        if not reaches(taker.side, limit_price, level.price):
            return
        yield level


def _shrunk(order: VenueOrder, qty: int) -> None:
    """Say that an order lost lots of its total."""
    order.qty -= qty
    report = ExecutionReport(
        order_id=order.order_id, kind=ReportKind.REPLACED, price=order.price, qty=order.qty, kept_priority=True
    )
    order.session.on_report(order, report)


def _filled(order: VenueOrder, trade_id: int, price: int, qty: int, *, is_maker: bool) -> ExecutionReport:
    return ExecutionReport(
        order_id=order.order_id, kind=ReportKind.FILLED, exec_id=trade_id, is_maker=is_maker, price=price, qty=qty
    )


def _canceled(order: VenueOrder, reason: Reason) -> ExecutionReport:
    return ExecutionReport(order_id=order.order_id, kind=ReportKind.CANCELED, reason=reason)
