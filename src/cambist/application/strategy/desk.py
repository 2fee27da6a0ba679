"""A strategy's own desk: turns what its hooks ask into commands, and answers its questions."""

from __future__ import annotations

import logging
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cambist.application.strategy import prices
from cambist.application.strategy.holdings import Holdings
from cambist.application.strategy.market_state import MarketState
from cambist.application.strategy.mode import Mode
from cambist.application.strategy.observed import ObservedOrders
from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.outbox import Outbox
from cambist.application.strategy.quoting import QuoteSide
from cambist.application.strategy.views import AccountView, Book, PositionView
from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.instrument import Instrument, inexact_flags
from cambist.domain.vocabulary import OrderFlag, OrderStatus, OrderType, Side, TimeInForce

if TYPE_CHECKING:
    from cambist.application.strategy.deployment import Deployment


class MarketPrice:
    """The default of `buy` and `sell`. Not None, so that a price that could not be computed is no MARKET order."""

    def __repr__(self) -> str:
        return "MARKET"


MARKET = MarketPrice()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOptions:
    """What an order asks beyond side, quantity and price."""

    tif: str = ""
    """Empty: GTC for LIMIT, IOC for MARKET."""
    post_only: bool = False
    reduce_only: bool = False
    expire_ns: int = 0
    tag: str = ""

    def flags(self) -> OrderFlag:
        """The two that have one."""
        post_only = OrderFlag.POST_ONLY if self.post_only else OrderFlag.NONE
        return post_only | (OrderFlag.REDUCE_ONLY if self.reduce_only else OrderFlag.NONE)

    def time_in_force(self, *, is_market: bool) -> TimeInForce:
        """As asked, else the type's own. Raises StrategyError for a word that is none."""
        if not self.tif:
            return TimeInForce.IOC if is_market else TimeInForce.GTC
        try:
            return TimeInForce[self.tif.upper()]
        except (KeyError, AttributeError) as error:
            raise StrategyError(f"{self.tif!r} is not a time in force.", "Use GTC, IOC, FOK or GTD.") from error


class EngineClock:
    """Engine time, the only time a strategy should know."""

    __slots__ = ("_now_ns",)

    def __init__(self) -> None:
        self._now_ns = 0

    def now_ns(self) -> int:
        """Nanoseconds since epoch, UTC."""
        return self._now_ns

    def now(self) -> datetime:
        """The same as a datetime, to the microsecond."""
        seconds, rest_ns = divmod(self._now_ns, 10**9)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest_ns // 1000)

    def move(self, now_ns: int) -> None:
        """Called by the executor."""
        self._now_ns = now_ns


class StrategyLog:
    """Notes of a strategy: kept (the last 200, for pages) and handed to logging as `cambist.strategy.NAME`."""

    def __init__(self, name: str, clock: EngineClock) -> None:
        self._logger = logging.getLogger(f"cambist.strategy.{name}")
        self._clock = clock
        self.lines: deque[tuple[int, str, str]] = deque(maxlen=200)
        """(engine time in ns, level, text), oldest first."""

    def info(self, text: str) -> None:
        """Something worth knowing."""
        self._write(logging.INFO, text)

    def warning(self, text: str) -> None:
        """Something that should not have happened."""
        self._write(logging.WARNING, text)

    def error(self, text: str) -> None:
        """Something that must be looked at."""
        self._write(logging.ERROR, text)

    def _write(self, level: int, text: str) -> None:
        self.lines.append((self._clock.now_ns(), logging.getLevelName(level), text))
        self._logger.log(level, "%s", text)


@dataclass(frozen=True, slots=True)
class DeskServices:
    """What all desks share."""

    market: MarketState
    holdings: Holdings
    clock: EngineClock
    run_in_background: Callable[[Desk, Callable[[], Any], Callable[[Any], None] | None], None]


class Desk:
    """Everything one strategy can do."""

    def __init__(self, deployment: Deployment, seed: int, services: DeskServices) -> None:
        self.name = deployment.name
        self.strategy_id = deployment.strategy_id
        self.account_id = deployment.account_id
        self.clock = services.clock
        self.log = StrategyLog(self.name, services.clock)
        self.outbox = Outbox(self.account_id, self.strategy_id)
        self.observed = ObservedOrders(services.clock) if deployment.mode is Mode.OBSERVATION else None
        self.quotes: dict[tuple[int, Side], QuoteSide] = {}
        self.handles: dict[int, OrderHandle] = {}
        """Open orders by id."""
        self.is_closed = True
        """True while nothing may be sent."""
        self._seed = seed
        self._services = services
        self._rng: random.Random | None = None

    @property
    def rng(self) -> random.Random:
        """Made when it is first asked for."""
        if self._rng is None:
            self._rng = random.Random(f"{self._seed}:{self.name}")
        return self._rng

    @property
    def used_rng(self) -> random.Random | None:
        """The same, or None where nobody asked."""
        return self._rng

    @property
    def account(self) -> AccountView:
        """The account it trades through."""
        return self._services.holdings.account(self.account_id)

    def book(self, symbol: str) -> Book:
        """Raises StrategyError for an unknown symbol."""
        return self._services.market.book(symbol)

    def position(self, symbol: str) -> PositionView:
        """Flat where nothing is held."""
        return self._services.holdings.position(self.strategy_id, self.book(symbol).instrument.instrument_id)

    def orders(self, symbol: str | None) -> list[OrderHandle]:
        """Open ones, oldest first, those placed a moment ago included."""
        known = [*self.handles.values(), *self.outbox.new_orders()]
        if self.observed is not None:
            known = self.observed.open_orders()
        return [order for order in known if order.is_open and symbol in (None, order.symbol)]

    def round_to_lot(self, symbol: str, qty: Decimal | int | float) -> Decimal:
        """Down."""
        return prices.round_to_lot(self.book(symbol).instrument, qty)

    def place(
        self,
        side: Side,
        symbol: str,
        qty: DecimalInput,
        price: DecimalInput | MarketPrice | None,
        options: OrderOptions,
    ) -> OrderHandle:
        """A new order. Raises StrategyError where it cannot be one."""
        if price is None:
            raise StrategyError(
                "The price is None: the book had none to compute it from.",
                "Check book.is_two_sided first, or leave the price out for a MARKET order.",
            )
        instrument = self.book(symbol).instrument
        is_market = isinstance(price, MarketPrice)
        ticks = None if isinstance(price, MarketPrice) else prices.exact_ticks(instrument, price)
        lots = prices.exact_lots(instrument, qty)
        return self._send(
            OrderHandle(
                self,
                instrument,
                side=side,
                order_type=OrderType.MARKET if is_market else OrderType.LIMIT,
                time_in_force=options.time_in_force(is_market=is_market),
                flags=options.flags() | inexact_flags(ticks, lots),
                price_ticks=0 if ticks is None else ticks.steps,
                qty_lots=lots.steps,
                expire_ns=options.expire_ns,
                tag=options.tag,
            )
        )

    def place_quote(
        self, instrument: Instrument, side: Side, price_ticks: int, qty_lots: int, flags: OrderFlag
    ) -> OrderHandle:
        """A resting order of a two-sided quote."""
        return self._send(
            OrderHandle(
                self,
                instrument,
                side=side,
                order_type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                flags=flags,
                price_ticks=price_ticks,
                qty_lots=qty_lots,
                tag="quote",
            )
        )

    def amend(self, order: OrderHandle, price: DecimalInput | None, qty: DecimalInput | None) -> None:
        """Another price, another total, or both."""
        if price is None and qty is None:
            raise StrategyError("An amendment changes nothing.", "Give a price, a qty or both.")
        ticks = None if price is None else prices.exact_ticks(order.instrument, price)
        lots = None if qty is None else prices.exact_lots(order.instrument, qty)
        flags = OrderFlag.NONE
        if ticks is not None and not ticks.is_exact:
            flags |= OrderFlag.PRICE_INEXACT
        if lots is not None and not lots.is_exact:
            flags |= OrderFlag.QTY_INEXACT
        self.amend_exact(
            order,
            order.price_ticks if ticks is None else ticks.steps,
            order.qty_lots if lots is None else lots.steps,
            flags,
        )

    def amend_exact(self, order: OrderHandle, price_ticks: int, qty_lots: int, flags: OrderFlag) -> None:
        """The same in ticks and lots."""
        self._check_open()
        if not order.is_open:
            return
        if self.observed is not None:
            self.observed.amend(order, price_ticks, qty_lots)
            return
        self.outbox.amend(order, price_ticks, qty_lots, flags & (OrderFlag.PRICE_INEXACT | OrderFlag.QTY_INEXACT))
        order.expect_replace()

    def cancel(self, order: OrderHandle) -> None:
        """Its end; nothing where it has ended or is about to, or where the engine has canceled everything anyway."""
        if self.is_closed or not order.is_open or order.is_cancel_pending:
            return
        if self.observed is not None:
            self.observed.cancel(order)
            return
        self.outbox.cancel(order)
        order.expect_cancel()

    def quote(
        self,
        symbol: str,
        bid: tuple[DecimalInput | None, DecimalInput | None],
        ask: tuple[DecimalInput | None, DecimalInput | None],
        post_only: bool,
    ) -> None:
        """(price, size) of each side."""
        self._check_open()
        instrument = self.book(symbol).instrument
        for side, (price, size) in ((Side.BUY, bid), (Side.SELL, ask)):
            key = (instrument.instrument_id, side)
            if key not in self.quotes:
                self.quotes[key] = QuoteSide(self, instrument, side)
            if price is None:
                self.quotes[key].want(0, 0, OrderFlag.NONE)
                continue
            if size is None:
                raise StrategyError("The quote has a price and no size.", "Give size, or bid_size and ask_size.")
            ticks, lots = prices.exact_ticks(instrument, price), prices.exact_lots(instrument, size)
            flags = inexact_flags(ticks, lots) | (OrderFlag.POST_ONLY if post_only else OrderFlag.NONE)
            self.quotes[key].want(ticks.steps, lots.steps, flags)

    def cancel_all(self, symbol: str | None) -> None:
        """All of its open orders, or those in one symbol."""
        for order in self.orders(symbol):
            self.cancel(order)

    def flatten(self, symbol: str | None) -> None:
        """No orders, no position."""
        self.cancel_all(symbol)
        for position in self._services.holdings.positions(self.strategy_id):
            if not position.is_flat and symbol in (None, position.symbol):
                side = Side.SELL if position.lots > 0 else Side.BUY
                options = OrderOptions(tif="IOC", reduce_only=True, tag="flatten")
                self.place(side, position.symbol, abs(position.qty), MARKET, options)

    def run_in_background(
        self, work: Callable[..., Any], arguments: tuple[Any, ...], then: Callable[[Any], None] | None
    ) -> None:
        """On another thread; in a backtest at once."""
        self._services.run_in_background(self, lambda: work(*arguments), then)

    def _send(self, order: OrderHandle) -> OrderHandle:
        self._check_open()
        if self.observed is not None:
            self.observed.place(order)
        else:
            self.outbox.place(order)
        return order

    def _check_open(self) -> None:
        if self.is_closed:
            raise StrategyError(
                f"{self.name} does not run, so it can send nothing.", "Send orders between on_start and on_stop."
            )

    def drop_pending(self) -> None:
        """Forget what was asked and not yet sent."""
        for order in self.outbox.clear():
            order.status = OrderStatus.CANCELED
