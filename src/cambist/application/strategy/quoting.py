"""One side of a two-sided quote: keeps a single order where the strategy last said, with as few messages as needed."""

from __future__ import annotations

from typing import Protocol

from cambist.application.strategy.order_handle import OrderHandle
from cambist.domain.instrument import Instrument
from cambist.domain.vocabulary import INEXACT_FLAGS, OrderFlag, Side


class QuoteActions(Protocol):
    """Who sends what a side decides."""

    def place_quote(
        self, instrument: Instrument, side: Side, price_ticks: int, qty_lots: int, flags: OrderFlag
    ) -> OrderHandle:
        """A new resting order."""

    def amend_exact(self, order: OrderHandle, price_ticks: int, qty_lots: int, flags: OrderFlag) -> None:
        """Another price or total."""

    def cancel(self, order: OrderHandle) -> None:
        """Its end."""


class QuoteSide:
    """The wanted price (ticks), open quantity (lots) and flags, and the order that stands for them."""

    __slots__ = ("_actions", "_flags", "_price_ticks", "_qty_lots", "instrument", "order", "side")

    def __init__(self, actions: QuoteActions, instrument: Instrument, side: Side) -> None:
        self._actions = actions
        self.instrument = instrument
        self.side = side
        self.order: OrderHandle | None = None
        self._price_ticks = 0
        self._qty_lots = 0
        self._flags = OrderFlag.NONE

    def want(self, price_ticks: int, qty_lots: int, flags: OrderFlag) -> None:
        """Be there from now on; 0 lots: be nowhere."""
        self._price_ticks, self._qty_lots, self._flags = price_ticks, qty_lots, flags
        order = self.order
        if order is None or not order.is_open:
            if qty_lots:
                self.order = self._actions.place_quote(self.instrument, self.side, price_ticks, qty_lots, flags)
            return
        self.align()

    def adopt(self, order: OrderHandle) -> None:
        """An order from before a restart stands for this side, wanted where it is."""
        self.order = order
        self._price_ticks, self._qty_lots = order.price_ticks, order.leaves_lots

    def align(self) -> None:
        """Move the standing order to where it is wanted. One with something unanswered is moved once it is answered."""
        order = self.order
        if order is None or not order.is_open or order.is_cancel_pending:
            return
        if self._qty_lots == 0:
            self._actions.cancel(order)
        elif order.is_settled and (
            order.price_ticks != self._price_ticks or order.leaves_lots != self._qty_lots or self._flags & INEXACT_FLAGS
        ):
            self._actions.amend_exact(order, self._price_ticks, order.filled_lots + self._qty_lots, self._flags)
