"""A strategy's own desk: turns what its hooks ask into commands, and answers its questions."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cambist.application.strategy import prices
from cambist.application.strategy.account import AccountView
from cambist.application.strategy.background import Background
from cambist.application.strategy.book import Book
from cambist.application.strategy.bracket import Bracket, OrderGroup
from cambist.application.strategy.engine_clock import EngineClock
from cambist.application.strategy.holdings import Holdings
from cambist.application.strategy.market_state import MarketState
from cambist.application.strategy.mode import Mode
from cambist.application.strategy.observed import ObservedOrders
from cambist.application.strategy.order_building import build_order
from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.order_options import OrderOptions
from cambist.application.strategy.outbox import Outbox
from cambist.application.strategy.position import PositionView
from cambist.application.strategy.pricing import MARKET, Pricing, stop
from cambist.application.strategy.quote_ladder import QuoteLadder
from cambist.application.strategy.quoting import QuoteSide
from cambist.application.strategy.strategy_log import StrategyLog
from cambist.application.strategy.two_sided_quote import TwoSidedQuote, entries_of, quoted_side
from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.instrument import Instrument, inexact_flags
from cambist.domain.vocabulary import (
    INEXACT_FLAGS,
    Contingency,
    OrderFlag,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)

if TYPE_CHECKING:
    from cambist.application.strategy.deployment import Deployment


@dataclass(frozen=True, slots=True)
class DeskServices:
    """What all desks share."""

    market: MarketState
    holdings: Holdings
    clock: EngineClock
    background: Background


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
        self.ladders: dict[int, QuoteLadder] = {}
        """Its mass quotes by instrument."""
        self.handles: dict[int, OrderHandle] = {}
        """Open orders by id."""
        self.is_closed = True
        """True while nothing may be sent."""
        self._is_backtest = deployment.mode is Mode.BACKTEST
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
        price: DecimalInput | Pricing | None,
        options: OrderOptions,
    ) -> OrderHandle:
        """A new order. Raises StrategyError where it cannot be one."""
        return self._send(self._order(side, symbol, qty, price, options))

    def bracket(
        self,
        side: Side,
        symbol: str,
        qty: DecimalInput,
        price: DecimalInput | Pricing | None,
        exits: tuple[DecimalInput, DecimalInput | Pricing],
    ) -> Bracket:
        """An entry, its take-profit at a price and its stop-loss. The exits go first, so that none comes too late."""
        take_profit_price, stop_loss_price = exits
        if not isinstance(stop_loss_price, Pricing):
            stop_loss_price = stop(stop_loss_price)
        exit_options = OrderOptions(reduce_only=True, tag="exit", contingency=Contingency.CHILD)
        entry_options = OrderOptions(tag="entry", contingency=Contingency.PARENT)
        group = OrderGroup()
        out = side.opposite
        take_profit = self._order(out, symbol, qty, take_profit_price, exit_options)
        stop_loss = self._order(out, symbol, qty, stop_loss_price, exit_options)
        entry = self._order(side, symbol, qty, price, entry_options)
        for order in (take_profit, stop_loss, entry):
            order.group = group
            self._send(order)
        return Bracket(entry, take_profit, stop_loss)

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
        self.amend_exact(
            order,
            order.present_ticks if ticks is None else ticks.steps,
            order.qty_lots if lots is None else lots.steps,
            inexact_flags(ticks, lots),
        )

    def amend_exact(self, order: OrderHandle, price_ticks: int, qty_lots: int, flags: OrderFlag) -> None:
        """The same in ticks and lots."""
        self._check_open()
        if not order.is_open:
            return
        if self.observed is not None:
            self.observed.amend(order, price_ticks, qty_lots)
            return
        self.outbox.amend(order, price_ticks, qty_lots, flags & INEXACT_FLAGS)
        order.expect_replace(price_ticks)

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
        flags: OrderFlag,
    ) -> None:
        """(price, size) of each side."""
        self._check_open()
        instrument = self.book(symbol).instrument
        for side, (price, size) in ((Side.BUY, bid), (Side.SELL, ask)):
            key = (instrument.instrument_id, side)
            if key not in self.quotes:
                self.quotes[key] = QuoteSide(self, instrument, side)
            amounts = prices.amounts_of(instrument)
            ticks, lots = quoted_side(price, size, amounts)
            self.quotes[key].want(ticks, lots, flags | amounts.flags)

    def mass_quote(self, symbol: str, quotes: list[TwoSidedQuote], flags: OrderFlag) -> None:
        """All its quotes on an instrument; those of before that are not among them go."""
        self._check_open()
        ladder = self.ladder(self.book(symbol).instrument)
        amounts = prices.amounts_of(ladder.instrument)
        entries = entries_of(quotes, amounts)
        to_send = ladder.state(entries, flags | amounts.flags)
        if not to_send:
            return
        if self.observed is not None:
            self.observed.mass_quote(ladder, to_send, flags | amounts.flags)
        else:
            self.outbox.mass_quote(ladder, to_send, flags | amounts.flags)

    def ladder(self, instrument: Instrument) -> QuoteLadder:
        """Its mass quotes on an instrument."""
        return self.ladders.setdefault(instrument.instrument_id, QuoteLadder(self, instrument))

    def cancel_all(self, symbol: str | None) -> None:
        """All of its open orders, or those in one symbol."""
        swept = [] if self.is_closed else self._sweep(symbol)
        for order in self.orders(symbol):
            if order.instrument.instrument_id in swept:
                order.expect_cancel()
            else:
                self.cancel(order)

    def _sweep(self, symbol: str | None) -> list[int]:
        """Instruments with a mass quote under way, whose orders have no handles yet: everything there goes at once."""
        under_way = [
            ladder
            for ladder in self.ladders.values()
            if ladder.is_under_way and symbol in (None, ladder.instrument.symbol)
        ]
        for ladder in under_way:
            ladder.forget_statement()
            self.outbox.mass_cancel(ladder.instrument.instrument_id)
        return [ladder.instrument.instrument_id for ladder in under_way]

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
        if self._is_backtest:
            result = work(*arguments)
            if then is not None:
                then(result)
        else:
            self._services.background.run(self, lambda: work(*arguments), then)

    def drop_pending(self) -> None:
        """Forget what was asked and not yet sent."""
        for order in self.outbox.clear():
            order.status = OrderStatus.CANCELED
        for ladder in self.ladders.values():
            ladder.unsent = 0

    def _order(
        self, side: Side, symbol: str, qty: DecimalInput, price: DecimalInput | Pricing | None, options: OrderOptions
    ) -> OrderHandle:
        """An order that is not sent yet."""
        return build_order(self, self.book(symbol).instrument, (side, qty, price), options)

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
