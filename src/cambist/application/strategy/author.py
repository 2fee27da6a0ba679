"""The base class of every strategy: hooks to override, and what may be done inside them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cambist.application.strategy.account import AccountView
from cambist.application.strategy.book import Book, LevelChange, TopOfBook
from cambist.application.strategy.bracket import Bracket
from cambist.application.strategy.desk import Desk
from cambist.application.strategy.engine_clock import EngineClock
from cambist.application.strategy.fill import Fill
from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.order_options import OrderOptions
from cambist.application.strategy.position import PositionView
from cambist.application.strategy.pricing import MARKET, Pricing
from cambist.application.strategy.prints import Candle, Print
from cambist.application.strategy.strategy_log import StrategyLog
from cambist.application.strategy.two_sided_quote import TwoSidedQuote
from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.message import Event
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderFlag, Phase, Side


class Strategy:
    """Subclass it, name the symbols, override hooks.

    Hooks run one after the other on one thread, at one engine time; slow work goes through `run_in_background`.
    What a hook asks for is applied when it returns. A hook that raises moves this strategy to ERROR; the others go on.
    """

    symbols: Sequence[str] = ()
    """What to be told about; a deployment may name others."""
    bar_interval: str = "1m"
    """Of the bars that `on_bar` gets."""

    _bound: Desk | None = None

    # Hooks.

    def on_start(self) -> None:
        """It begins to run, in this process. After a restart `on_load` came before."""

    def on_stop(self) -> None:
        """It was stopped, or the process ends. Orders can no longer be sent."""

    def on_save(self) -> dict[str, Any]:
        """What to remember over a restart: a dict that JSON can hold. Called once per second of engine time."""
        return {}

    def on_load(self, state: dict[str, Any]) -> None:
        """What `on_save` returned last, before `on_start`."""

    def on_params_changed(self, changed: Mapping[str, Any]) -> None:
        """Parameters have new values: their old ones, by name."""

    def on_book(self, book: Book) -> None:
        """A book changed, by more than the strategy's own orders. At most once per instant and symbol."""

    def on_quote(self, quote: TopOfBook) -> None:
        """Best bid or best ask changed. At most once per instant and symbol."""

    def on_trade(self, trade: Print) -> None:
        """The market traded."""

    def on_bar(self, bar: Candle) -> None:
        """An interval with trades in it is over."""

    def on_book_delta(self, delta: LevelChange) -> None:
        """One level changed."""

    def on_status(self, symbol: str, phase: Phase) -> None:
        """A symbol moved to another phase of trading."""

    def on_fill(self, fill: Fill) -> None:
        """One of its orders was filled, perhaps in part. The position knows already."""

    def on_order(self, order: OrderHandle, event: Event) -> None:
        """Anything else happened to one of its orders."""

    def on_reject(self, order: OrderHandle, reason: Reason) -> None:
        """The gate or the venue refused an order, an amendment or a cancel."""

    def on_quotes_refused(self, symbol: str, reason: Reason) -> None:
        """A mass quote was refused whole and changed nothing, as where the venue takes none (NOT_OFFERED)."""

    def on_protection(self, symbol: str, is_triggered: bool) -> None:
        """Market-maker protection has pulled the account's quotes, and refuses new ones; or it was reset."""

    def on_position(self, position: PositionView) -> None:
        """One of its positions changed."""

    # What it may do.

    @property
    def name(self) -> str:
        """Under which it runs."""
        return self._desk.name

    @property
    def clock(self) -> EngineClock:
        """Engine time: in a backtest that of the past."""
        return self._desk.clock

    @property
    def rng(self) -> random.Random:
        """Random numbers that are the same whenever the same run is repeated."""
        return self._desk.rng

    @property
    def log(self) -> StrategyLog:
        """For notes; they carry the strategy's name and engine time."""
        return self._desk.log

    @property
    def account(self) -> AccountView:
        """The account it trades through."""
        return self._desk.account

    def book(self, symbol: str) -> Book:
        """The book of a symbol, now."""
        return self._desk.book(symbol)

    def position(self, symbol: str) -> PositionView:
        """What it holds of a symbol, now."""
        return self._desk.position(symbol)

    def orders(self, symbol: str | None = None) -> list[OrderHandle]:
        """Its open orders, oldest first."""
        return self._desk.orders(symbol)

    def buy(
        self,
        symbol: str,
        qty: DecimalInput,
        price: DecimalInput | Pricing | None = MARKET,
        *,
        tif: str = "",
        post_only: bool = False,
        reduce_only: bool = False,
        hidden: bool = False,
        reprice: bool = False,
        display_qty: DecimalInput | None = None,
        min_qty: DecimalInput | None = None,
        expire_ns: int = 0,
        tag: str = "",
    ) -> OrderHandle:
        """Order to buy: a LIMIT order at `price`, without one a MARKET order, or what `stop`, `stop_limit`,
        `trailing_stop`, `market_if_touched`, `limit_if_touched`, `pegged` and MARKET_TO_LIMIT say.

        `tif` is GTC (the default but for MARKET), IOC (MARKET's), FOK, DAY, AT_OPEN, AT_CLOSE or GTD with `expire_ns`.
        `display_qty` shows that much at a time, `min_qty` must trade at once. `tag` is a note for the strategy itself.
        Raises StrategyError for what cannot be an order at all; the gate's refusals come as `on_reject`.
        """
        options = OrderOptions(
            tif=tif,
            post_only=post_only,
            reduce_only=reduce_only,
            hidden=hidden,
            reprice=reprice,
            display_qty=display_qty,
            min_qty=min_qty,
            expire_ns=expire_ns,
            tag=tag,
        )
        return self._desk.place(Side.BUY, symbol, qty, price, options)

    def sell(
        self,
        symbol: str,
        qty: DecimalInput,
        price: DecimalInput | Pricing | None = MARKET,
        *,
        tif: str = "",
        post_only: bool = False,
        reduce_only: bool = False,
        hidden: bool = False,
        reprice: bool = False,
        display_qty: DecimalInput | None = None,
        min_qty: DecimalInput | None = None,
        expire_ns: int = 0,
        tag: str = "",
    ) -> OrderHandle:
        """Order to sell: otherwise as `buy`."""
        options = OrderOptions(
            tif=tif,
            post_only=post_only,
            reduce_only=reduce_only,
            hidden=hidden,
            reprice=reprice,
            display_qty=display_qty,
            min_qty=min_qty,
            expire_ns=expire_ns,
            tag=tag,
        )
        return self._desk.place(Side.SELL, symbol, qty, price, options)

    def bracket(
        self,
        side: Side,
        symbol: str,
        qty: DecimalInput,
        price: DecimalInput | Pricing | None = MARKET,
        *,
        take_profit: DecimalInput,
        stop_loss: DecimalInput | Pricing,
    ) -> Bracket:
        """An entry with its exits: once it has ended with fills, a LIMIT order at `take_profit` and a stop at
        `stop_loss` (a price, or what `stop_limit` or `trailing_stop` says) come to life and end each other.
        """
        return self._desk.bracket(side, symbol, qty, price, (take_profit, stop_loss))

    def quote(
        self,
        symbol: str,
        *,
        bid: DecimalInput | None,
        ask: DecimalInput | None,
        size: DecimalInput | None = None,
        bid_size: DecimalInput | None = None,
        ask_size: DecimalInput | None = None,
        post_only: bool = True,
    ) -> None:
        """Be quoted at these prices with this much open on each side; None or size 0 pulls a side.

        One order per side is kept and amended; where nothing changed nothing is sent. `bid_size` and `ask_size`
        go before `size`.
        """
        self._desk.quote(
            symbol,
            (bid, size if bid_size is None else bid_size),
            (ask, size if ask_size is None else ask_size),
            OrderFlag.asked(post_only=post_only),
        )

    def mass_quote(self, symbol: str, quotes: Sequence[TwoSidedQuote], *, post_only: bool = True) -> None:
        """Be quoted at all of these, and nowhere else: up to 100 two-sided quotes that take the place of those before
        in one step. An empty list pulls them all; where all of it stands already nothing is sent.

        A side at the same price for the same or less keeps its order and its priority. `on_quotes_refused` hears
        where the whole is refused, `on_reject` where one order is.
        """
        self._desk.mass_quote(symbol, list(quotes), OrderFlag.asked(post_only=post_only))

    def cancel_all(self, symbol: str | None = None) -> None:
        """Cancel all of its open orders, or those in one symbol."""
        self._desk.cancel_all(symbol)

    def flatten(self, symbol: str | None = None) -> None:
        """Cancel its orders and close its position at the market, in one symbol or in all."""
        self._desk.flatten(symbol)

    def round_to_tick(self, symbol: str, price: Decimal | int | float, side: Side) -> Decimal:
        """The nearest price on the grid that is no more aggressive: a buy down, a sell up."""
        return self.book(symbol).round_to_tick(price, side)

    def round_to_lot(self, symbol: str, qty: Decimal | int | float) -> Decimal:
        """The largest quantity on the grid that does not exceed `qty`."""
        return self._desk.round_to_lot(symbol, qty)

    def run_in_background(
        self, work: Callable[..., Any], *arguments: Any, then: Callable[[Any], None] | None = None
    ) -> None:
        """Do slow work on another thread and hand its result to `then` as if it were a hook.

        In a backtest it is done at once, so that a run can be repeated. Work that raises counts as a hook that raises.
        """
        self._desk.run_in_background(work, arguments, then)

    @property
    def _desk(self) -> Desk:
        if self._bound is None:
            raise StrategyError(
                f"{type(self).__name__} is not running yet.", "Do this in on_start or a later hook, not in __init__."
            )
        return self._bound
