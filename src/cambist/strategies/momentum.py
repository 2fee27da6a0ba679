"""Takes liquidity in the direction of a breakout, and leaves after a time or when the move is over."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from cambist.application.strategy import Strategy, every, param
from cambist.application.strategy.book import Book
from cambist.domain.vocabulary import PositionSide, Side

SECOND_NS = 1_000_000_000


class Momentum(Strategy):
    """Two exponential averages of the middle, sampled ten times a second of engine time.

    Enters where the fast average is away from the slow one by more than `entry_bps`; leaves where they met again, or
    after `hold_s`, and then waits for `rest_s`. Exits are reduce_only, so that they can never open anything.
    """

    symbols = ("BTCUSDT", "ETHUSDT", "SOLUSDT")

    order_notional: Decimal = param("4000", min="10", max="1000000", live=True)
    fast_s: float = param(1.0, min=0.2, max=3600.0)
    slow_s: float = param(8.0, min=1.0, max=86400.0)
    entry_bps: float = param(3.0, min=0.01, max=1000.0, live=True)
    hold_s: float = param(40.0, min=0.1, max=86400.0, live=True)
    rest_s: float = param(5.0, min=0.0, max=86400.0, live=True)

    def on_start(self) -> None:
        """Averages begin with the first samples, unless they were loaded."""
        self._averages: dict[str, list[float]] = getattr(self, "_averages", {})
        self._entered_ns: dict[str, int] = getattr(self, "_entered_ns", {})
        self._rests_until_ns: dict[str, int] = getattr(self, "_rests_until_ns", {})

    @every("100ms")
    def sample(self) -> None:
        """Look at every market, then act."""
        for symbol in self.symbols:
            book = self.book(symbol)
            if book.is_two_sided and not self.orders(symbol):
                self._act(book, self._distance_bps(symbol, float(book.mid or 0)))

    def on_save(self) -> dict[str, Any]:
        """Averages and when it entered."""
        return {"averages": self._averages, "entered": self._entered_ns, "rests": self._rests_until_ns}

    def on_load(self, state: dict[str, Any]) -> None:
        """The same."""
        self._averages = state["averages"]
        self._entered_ns = state["entered"]
        self._rests_until_ns = state["rests"]

    def _distance_bps(self, symbol: str, mid: float) -> float | None:
        """Fast average less slow one, in basis points; None until the slow one has seen enough."""
        averages = self._averages.setdefault(symbol, [mid, mid, 0.0])
        averages[0] += (mid - averages[0]) * (1 - math.exp(-0.1 / self.fast_s))
        averages[1] += (mid - averages[1]) * (1 - math.exp(-0.1 / self.slow_s))
        averages[2] += 0.1
        if averages[2] < self.slow_s:
            return None
        return (averages[0] / averages[1] - 1) * 10_000

    def _act(self, book: Book, distance_bps: float | None) -> None:
        if distance_bps is None:
            return
        position = self.position(book.symbol)
        if not position.is_flat:
            self._leave(book, distance_bps)
        elif abs(distance_bps) > self.entry_bps and self.clock.now_ns() >= self._rests_until_ns.get(book.symbol, 0):
            self._enter(book, Side.BUY if distance_bps > 0 else Side.SELL)

    def _enter(self, book: Book, side: Side) -> None:
        """Take what is offered at the best price."""
        price = book.best_ask if side is Side.BUY else book.best_bid
        if price is None:
            return
        qty = self.round_to_lot(book.symbol, float(self.order_notional) / float(price))
        if qty:
            self._entered_ns[book.symbol] = self.clock.now_ns()
            order = self.buy if side is Side.BUY else self.sell
            order(book.symbol, qty, price, tif="IOC", tag="entry")

    def _leave(self, book: Book, distance_bps: float) -> None:
        """Where the move is over, or it took too long."""
        position = self.position(book.symbol)
        is_long = position.side is PositionSide.LONG
        is_over = distance_bps <= 0 if is_long else distance_bps >= 0
        held_ns = self.clock.now_ns() - self._entered_ns.get(book.symbol, 0)
        if is_over or held_ns >= self.hold_s * SECOND_NS:
            self._rests_until_ns[book.symbol] = self.clock.now_ns() + int(self.rest_s * SECOND_NS)
            order = self.sell if is_long else self.buy
            order(book.symbol, abs(position.qty), reduce_only=True, tag="exit")
