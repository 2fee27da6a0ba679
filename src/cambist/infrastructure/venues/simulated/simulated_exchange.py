"""A pure machine that answers orders as an exchange might have, from recorded market data only.

Requests arrive `latency_ns` after the engine submitted them, reports travel as long back. The rules:

- Before there is a synchronised book, new orders are REJECTED (MARKET_NOT_OPEN).
- An order that crosses takes what is visible, level by level, at the levels' prices, as taker. What was consumed,
  by us or by a print, stays consumed until that level is updated. IOC and MARKET remainders are CANCELED
  (UNFILLED_REMAINDER), a FOK that cannot be filled at once is CANCELED (FOK_UNFILLABLE).
- A post_only order that would take is REJECTED (POST_ONLY_WOULD_CROSS).
- What rests waits behind the whole quantity visible at its price when it arrives. Prints at its price eat that
  queue first, then fill it; a print beyond its price fills it; so does the opposite side reaching its price.
  The queue ahead never exceeds what the level shows. Fills of one print never exceed that print.
- Less quantity at the same price keeps the place in the queue, any other replacement loses it.
- reduce_only is enforced when a fill happens: capped to the position, and CANCELED (POSITION_REDUCED) without one.
- Our own orders never meet each other, and nothing we do moves the market: see docs/simulated-exchange.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

import msgspec

from cambist.domain.commands import VenueReport
from cambist.domain.errors import InputError
from cambist.domain.events import BookDelta, CancelSubmitted, OrderSubmitted, ReplaceSubmitted, Trade
from cambist.domain.market_data import BookSnapshot, MarketData
from cambist.domain.message import Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderType, ReportKind, Side, TimeInForce
from cambist.infrastructure.venues.simulated.exchange_order import ExchangeOrder, Request, RequestKind
from cambist.infrastructure.venues.simulated.print_sharing import share_print
from cambist.infrastructure.venues.simulated.resting_orders import RestingOrders
from cambist.infrastructure.venues.simulated.visible_liquidity import VisibleLiquidity

DEFAULT_LATENCY_NS = 2_000_000


class _Outgoing(msgspec.Struct, array_like=True):
    """A report on its way to the engine."""

    arrives_ns: int
    order_id: int
    exec_id: int
    report: ReportKind
    is_maker: bool
    reason: int
    price: int
    qty: int


class _ExchangeState(msgspec.Struct, array_like=True):
    last_exec_id: int
    requests: list[Request]
    outgoing: list[_Outgoing]
    orders: list[ExchangeOrder]
    positions: list[tuple[int, int, int]]
    consumed: list[tuple[int, int]]
    next_priority: int = 0
    """0 in a state that was saved before this was kept."""


class SimulatedExchange:
    """Deterministic: the same events and market data give the same reports at the same times."""

    def __init__(self, instrument_id: int, latency_ns: int = DEFAULT_LATENCY_NS) -> None:
        """One instrument. `latency_ns` is the time of one way. Raises InputError where it is negative."""
        if latency_ns < 0:
            raise InputError(f"A latency of {latency_ns} ns is not possible.", "Give 0 or more nanoseconds.")
        self.instrument_id = instrument_id
        self.latency_ns = latency_ns
        self._requests: deque[Request] = deque()
        self._outgoing: deque[_Outgoing] = deque()
        self._orders = RestingOrders()
        self._positions: dict[tuple[int, int], int] = {}
        self._liquidity = VisibleLiquidity(instrument_id)
        self._last_exec_id = 0
        self._handlers: dict[RequestKind, Callable[[Request], None]] = {
            RequestKind.NEW: self._on_new,
            RequestKind.CANCEL: self._on_cancel,
            RequestKind.REPLACE: self._on_replace,
        }

    # From the engine.

    def on_events(self, events: Iterable[Event]) -> None:
        """Requests of the engine for this instrument set out."""
        for event in events:
            if isinstance(event, OrderSubmitted):
                if event.instrument_id == self.instrument_id:
                    self._requests.append(_new_request(event, event.now_ns + self.latency_ns))
            elif isinstance(event, CancelSubmitted | ReplaceSubmitted) and event.instrument_id == self.instrument_id:
                self._requests.append(_change_request(event, event.now_ns + self.latency_ns))

    def next_message_ns(self) -> int | None:
        """When the next request or report arrives; None where nothing is on its way."""
        arrivals = [queue[0].arrives_ns for queue in (self._requests, self._outgoing) if queue]
        return min(arrivals, default=None)

    def next_ns(self) -> int | None:
        """When something happens next without new market data: an arrival, or an expiry."""
        expiry = self._orders.next_expiry()
        message_ns = self.next_message_ns()
        if expiry is None or message_ns is None:
            return message_ns if expiry is None else expiry[0]
        return min(expiry[0], message_ns)

    def advance(self, now_ns: int) -> list[VenueReport]:
        """Let everything due at or before `now_ns` happen; the reports that have reached the engine."""
        while (due_ns := self._next_inside_ns()) is not None and due_ns <= now_ns:
            expiry = self._orders.next_expiry()
            if expiry is not None and expiry[0] == due_ns:
                self._orders.remove(expiry[1])
                self._report(due_ns, expiry[1], ReportKind.EXPIRED)
            else:
                request = self._requests.popleft()
                self._handlers[request.kind](request)
        delivered: list[VenueReport] = []
        while self._outgoing and self._outgoing[0].arrives_ns <= now_ns:
            delivered.append(_venue_report(self._outgoing.popleft()))
        return delivered

    # From the market.

    def on_market(self, market: Sequence[MarketData], now_ns: int) -> None:
        """Apply what one instant brought, fill what it reaches."""
        for data in market:
            if type(data) is BookDelta:
                self._liquidity.on_delta(data)
                if len(self._orders):
                    self._orders.cap_queue(data.side, data.price, data.qty)
            elif type(data) is Trade:
                self._on_print(data, now_ns)
            elif type(data) is BookSnapshot:
                self._on_snapshot(data)
        if len(self._orders):
            for side in Side:
                self._fill_reached(side, now_ns)

    def _on_snapshot(self, snapshot: BookSnapshot) -> None:
        self._liquidity.on_snapshot(snapshot)
        if not self._liquidity.is_known:
            # A broken chain says nothing of the queue: it stays as it was until there is a book again.
            return
        for order in self._orders.all():
            self._orders.cap_queue(order.side, order.price, self._liquidity.visible(order.side, order.price))

    def _on_print(self, trade: Trade, now_ns: int) -> None:
        self._liquidity.on_print(trade)
        if not len(self._orders):
            return
        reached = self._orders.reached_by(trade.aggressor.opposite, trade.price)
        for order, qty in share_print(reached, trade.price, trade.qty):
            self._fill(order, order.price, qty, now_ns, is_maker=True)

    def _fill_reached(self, side: Side, now_ns: int) -> None:
        """The opposite side has come to our orders' prices: they trade, at their own price."""
        for order in self._orders.of_side(side):
            if not self._liquidity.would_cross(side, order.price):
                return
            for price, available in list(self._liquidity.offers(side, order.price)):
                qty = self._fill(order, order.price, min(available, order.leaves), now_ns, is_maker=True)
                self._liquidity.take(side.opposite, price, qty)
                if order.order_id not in self._orders:
                    break

    # Requests.

    def _on_new(self, request: Request) -> None:
        order, now_ns = request.order, request.arrives_ns
        assert order is not None, "a NEW request carries its order"
        refusal = self._refusal(order, now_ns)
        if refusal is not Reason.NONE:
            self._report(now_ns, order.order_id, ReportKind.REJECTED, refusal)
            return
        self._report(now_ns, order.order_id, ReportKind.ACCEPTED)
        if order.time_in_force is TimeInForce.FOK and not self._is_fillable(order):
            self._report(now_ns, order.order_id, ReportKind.CANCELED, Reason.FOK_UNFILLABLE)
            return
        self._enter(order, now_ns)

    def _refusal(self, order: ExchangeOrder, now_ns: int) -> Reason:
        if not self._liquidity.is_known:
            return Reason.MARKET_NOT_OPEN
        if order.time_in_force is TimeInForce.GTD and order.expire_ns <= now_ns:
            return Reason.INVALID_EXPIRY
        if order.is_post_only and self._liquidity.would_cross(order.side, order.price):
            return Reason.POST_ONLY_WOULD_CROSS
        return Reason.NONE

    def _is_fillable(self, order: ExchangeOrder) -> bool:
        wanted = order.leaves
        if order.is_reduce_only and self._reducible(order) < wanted:
            return False
        return sum(available for _, available in self._liquidity.offers(order.side, _limit(order))) >= wanted

    def _enter(self, order: ExchangeOrder, now_ns: int) -> None:
        """Take what is there; the rest waits or is canceled."""
        self._orders.add(order)
        for price, available in list(self._liquidity.offers(order.side, _limit(order))):
            qty = self._fill(order, price, min(available, order.leaves), now_ns, is_maker=False)
            self._liquidity.take(order.side.opposite, price, qty)
            if order.order_id not in self._orders:
                return
        if order.may_rest:
            order.queue_ahead = self._liquidity.visible(order.side, order.price)
        else:
            self._close(order, now_ns, Reason.UNFILLED_REMAINDER)

    def _on_cancel(self, request: Request) -> None:
        if self._orders.remove(request.order_id) is not None:
            self._report(request.arrives_ns, request.order_id, ReportKind.CANCELED, Reason.REQUESTED)
        else:
            self._report(request.arrives_ns, request.order_id, ReportKind.CANCEL_REJECTED, Reason.ORDER_NOT_OPEN)

    def _on_replace(self, request: Request) -> None:
        order, now_ns = self._orders.get(request.order_id), request.arrives_ns
        refusal = self._replace_refusal(order, request)
        if order is None or refusal is not Reason.NONE:
            self._report(now_ns, request.order_id, ReportKind.REPLACE_REJECTED, refusal)
            return
        is_shrink = request.price == order.price and request.qty <= order.qty
        order.price, order.qty = request.price, request.qty
        self._report(now_ns, order.order_id, ReportKind.REPLACED, price=order.price, qty=order.qty)
        if not is_shrink:
            self._orders.remove(order.order_id)
            self._enter(order, now_ns)

    def _replace_refusal(self, order: ExchangeOrder | None, request: Request) -> Reason:
        if order is None:
            return Reason.ORDER_NOT_OPEN
        if request.qty <= order.filled:
            return Reason.QTY_BELOW_FILLED
        if order.is_post_only and self._liquidity.would_cross(order.side, request.price):
            return Reason.POST_ONLY_WOULD_CROSS
        return Reason.NONE

    # Fills and reports.

    def _fill(self, order: ExchangeOrder, price: int, qty: int, now_ns: int, *, is_maker: bool) -> int:
        """Fill up to `qty` lots of a held order; how many it was."""
        if order.is_reduce_only:
            qty = min(qty, self._reducible(order))
            if qty == 0:
                self._close(order, now_ns, Reason.POSITION_REDUCED)
                return 0
        order.filled += qty
        scope = (order.account_id, order.strategy_id)
        self._positions[scope] = self._positions.get(scope, 0) + order.side.sign * qty
        self._report(now_ns, order.order_id, ReportKind.FILLED, price=price, qty=qty, is_maker=is_maker)
        if order.leaves == 0:
            self._orders.remove(order.order_id)
        return qty

    def _reducible(self, order: ExchangeOrder) -> int:
        """Lots of the position that the order's side would shrink."""
        return max(0, -order.side.sign * self._positions.get((order.account_id, order.strategy_id), 0))

    def _close(self, order: ExchangeOrder, now_ns: int, reason: Reason) -> None:
        self._orders.remove(order.order_id)
        self._report(now_ns, order.order_id, ReportKind.CANCELED, reason)

    def _report(
        self,
        now_ns: int,
        order_id: int,
        report: ReportKind,
        reason: Reason = Reason.NONE,
        *,
        price: int = 0,
        qty: int = 0,
        is_maker: bool = False,
    ) -> None:
        # From the time, so that ids go on growing even in an exchange that starts afresh beside an older engine.
        self._last_exec_id = max(self._last_exec_id + 1, now_ns)
        arrives_ns = now_ns + self.latency_ns
        self._outgoing.append(_Outgoing(arrives_ns, order_id, self._last_exec_id, report, is_maker, reason, price, qty))

    def _next_inside_ns(self) -> int | None:
        """When the exchange itself acts next: a request arrives or an order expires."""
        expiry = self._orders.next_expiry()
        if expiry is None:
            return self._requests[0].arrives_ns if self._requests else None
        return min(expiry[0], self._requests[0].arrives_ns) if self._requests else expiry[0]

    # Its state.

    def save(self) -> bytes:
        """Orders, queues, messages on their way, consumed liquidity: everything but the book, which the feed keeps."""
        state = _ExchangeState(
            self._last_exec_id,
            list(self._requests),
            list(self._outgoing),
            self._orders.all(),
            [(account, strategy, qty) for (account, strategy), qty in self._positions.items()],
            self._liquidity.consumed(),
            self._orders.next_priority,
        )
        return msgspec.msgpack.encode(state)

    def load(self, state: bytes, book: BookSnapshot) -> None:
        """Carry on from a saved state and the feed's book of that moment.

        Raises InputError where the bytes are none.
        """
        try:
            saved = msgspec.msgpack.decode(state, type=_ExchangeState)
        except msgspec.DecodeError as error:
            raise InputError(
                f"The saved state of the simulated exchange cannot be read: {error}.",
                "Start with a new data directory, or restore this one from a backup.",
            ) from error
        self._last_exec_id = saved.last_exec_id
        self._requests = deque(saved.requests)
        self._outgoing = deque(saved.outgoing)
        self._orders.load(saved.orders, saved.next_priority)
        self._positions = {(account, strategy): qty for account, strategy, qty in saved.positions}
        self._liquidity.load(saved.consumed, book)


def _limit(order: ExchangeOrder) -> int | None:
    return None if order.order_type is OrderType.MARKET else order.price


def _new_request(event: OrderSubmitted, arrives_ns: int) -> Request:
    order = ExchangeOrder(
        order_id=event.order_id,
        account_id=event.account_id,
        strategy_id=event.strategy_id,
        side=event.side,
        order_type=event.order_type,
        time_in_force=event.time_in_force,
        flags=event.flags,
        price=event.price,
        qty=event.qty,
        expire_ns=event.expire_ns,
    )
    return Request(arrives_ns=arrives_ns, kind=RequestKind.NEW, order_id=event.order_id, order=order)


def _change_request(event: CancelSubmitted | ReplaceSubmitted, arrives_ns: int) -> Request:
    if isinstance(event, CancelSubmitted):
        return Request(arrives_ns=arrives_ns, kind=RequestKind.CANCEL, order_id=event.order_id)
    return Request(
        arrives_ns=arrives_ns,
        kind=RequestKind.REPLACE,
        order_id=event.order_id,
        price=event.price,
        qty=event.qty,
    )


def _venue_report(outgoing: _Outgoing) -> VenueReport:
    return VenueReport(
        order_id=outgoing.order_id,
        exec_id=outgoing.exec_id,
        report=outgoing.report,
        is_maker=outgoing.is_maker,
        reason=outgoing.reason,
        price=outgoing.price,
        qty=outgoing.qty,
    )
