"""A fill as its strategy is told of it."""

from __future__ import annotations

from decimal import Decimal

from cambist.application.strategy.instrument_view import InstrumentView, money_of, price_of, qty_of
from cambist.application.strategy.order_handle import OrderHandle
from cambist.domain.events import OrderFilled
from cambist.domain.vocabulary import Liquidity, Side


class Fill(InstrumentView):
    """A fill of one of the strategy's own orders."""

    __slots__ = ("_event", "order")

    def __init__(self, order: OrderHandle, event: OrderFilled) -> None:
        super().__init__(order.instrument)
        self.order = order
        self._event = event

    @property
    def side(self) -> Side:
        """Of the order."""
        return self._event.side

    @property
    def price(self) -> Decimal:
        """Of this fill."""
        return price_of(self.instrument, self._event.last_price)

    @property
    def qty(self) -> Decimal:
        """Of this fill."""
        return qty_of(self.instrument, self._event.last_qty)

    @property
    def leaves_qty(self) -> Decimal:
        """What the order still wants."""
        return qty_of(self.instrument, self._event.leaves_qty)

    @property
    def commission(self) -> Decimal:
        """What it cost in the quote asset; negative is a rebate."""
        return money_of(self._event.commission)

    @property
    def is_maker(self) -> bool:
        """True where the order rested."""
        return self._event.liquidity is Liquidity.MAKER

    @property
    def ts_ns(self) -> int:
        """When, ns since epoch."""
        return self._event.now_ns
