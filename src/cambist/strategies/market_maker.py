"""Earns the spread: quotes both sides around the middle and leans against what it holds."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from cambist.application.strategy import Strategy, every, param
from cambist.application.strategy.book import Book
from cambist.application.strategy.fill import Fill
from cambist.domain.vocabulary import Side

VOLATILITY_SAMPLES = 30


class MarketMaker(Strategy):
    """Two-sided quotes whose middle moves away from the inventory, and whose growing side shrinks with it.

    With inventory q (as a share of `max_inventory_notional`, -1 to 1), the quoted middle lies `skew_bps * q` below the
    market's. A side that would add to a full inventory is not quoted. In a lively market it stands further away: by
    `volatility_multiple` standard deviations of the middle's move in one second, where that is more than `edge_bps`.
    """

    symbols = ("BTCUSDT", "ETHUSDT")

    order_notional: Decimal = param("5000", min="10", max="1000000", live=True)
    max_inventory_notional: Decimal = param("25000", min="100", max="10000000", live=True)
    edge_bps: float = param(0.5, min=0.0, max=100.0, live=True)
    volatility_multiple: float = param(2.0, min=0.0, max=100.0, live=True)
    skew_bps: float = param(2.0, min=0.0, max=100.0, live=True)
    requote_bps: float = param(0.2, min=0.0, max=100.0, live=True)

    def on_start(self) -> None:
        """Nothing is quoted yet that counts."""
        self._quoted_around: dict[str, float] = {}
        self._sampled: dict[str, float] = {}
        self._variance: dict[str, float] = {}
        self.fills_seen: int = getattr(self, "fills_seen", 0)

    def on_book(self, book: Book) -> None:
        """Follow the middle, once it moved by enough to be worth a message."""
        if book.mid is None:
            self.quote(book.symbol, bid=None, ask=None)
            return
        fair = float(book.mid)
        target = fair * (1 - self.skew_bps / 10_000 * self._fullness(book.symbol, fair))
        last = self._quoted_around.get(book.symbol)
        if last is not None and abs(target - last) < fair * self.requote_bps / 10_000:
            return
        self._quoted_around[book.symbol] = target
        self._quote_around(book, target)

    @every("1s")
    def measure(self) -> None:
        """How much the middle moves in a second, averaged over about half a minute."""
        for symbol in self.symbols:
            mid = self.book(symbol).mid
            if mid is None:
                continue
            before, self._sampled[symbol] = self._sampled.get(symbol), float(mid)
            if before is not None:
                move_bps = (float(mid) / before - 1) * 10_000
                variance = self._variance.get(symbol, move_bps * move_bps)
                self._variance[symbol] = variance + (move_bps * move_bps - variance) / VOLATILITY_SAMPLES

    def on_fill(self, fill: Fill) -> None:
        """The inventory changed: quote anew at once."""
        self.fills_seen += 1
        self._quoted_around.pop(fill.symbol, None)
        self.on_book(self.book(fill.symbol))

    def on_params_changed(self, changed: Any) -> None:
        """Quote anew with the next book."""
        del changed
        self._quoted_around.clear()

    def on_save(self) -> dict[str, Any]:
        """Only a counter; orders and positions are the engine's."""
        return {"fills_seen": self.fills_seen}

    def on_load(self, state: dict[str, Any]) -> None:
        """The counter."""
        self.fills_seen = int(state["fills_seen"])

    def _fullness(self, symbol: str, fair: float) -> float:
        """The inventory as a share of the largest wanted, -1 to 1."""
        held = float(self.position(symbol).qty) * fair
        return max(-1.0, min(1.0, held / float(self.max_inventory_notional)))

    def _quote_around(self, book: Book, target: float) -> None:
        volatility_bps = math.sqrt(self._variance.get(book.symbol, 0.0))
        edge = max(self.edge_bps, self.volatility_multiple * volatility_bps) / 10_000
        bid, ask = book.round_to_tick(target * (1 - edge), Side.BUY), book.round_to_tick(target * (1 + edge), Side.SELL)
        self.quote(
            book.symbol,
            bid=_behind(bid, book.best_ask, book, Side.BUY),
            ask=_behind(ask, book.best_bid, book, Side.SELL),
            bid_size=self._size(book.symbol, Side.BUY, target),
            ask_size=self._size(book.symbol, Side.SELL, target),
        )

    def _size(self, symbol: str, side: Side, price: float) -> Decimal:
        """The usual size, less where the inventory would exceed its largest."""
        held = float(self.position(symbol).qty) * price * side.sign
        room = float(self.max_inventory_notional) - held
        notional = min(float(self.order_notional), room)
        return self.round_to_lot(symbol, notional / price) if notional >= 10 else Decimal(0)


def _behind(price: Decimal, opposite: Decimal | None, book: Book, side: Side) -> Decimal:
    """`price`, or one tick behind the opposite best where it would cross it."""
    tick = Decimal(book.instrument.tick_size).scaleb(-8)
    if opposite is None:
        return price
    return min(price, opposite - tick) if side is Side.BUY else max(price, opposite + tick)
