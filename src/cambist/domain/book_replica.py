"""A copy of somebody's L2 book, kept up to date from snapshots and deltas.

Feeds, strategies, screens and the simulated exchange all look at the market through this one class, whatever
venue the data came from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from cambist.domain.events import BookDelta
from cambist.domain.market_data import BookLevel, BookSnapshot
from cambist.domain.vocabulary import Side


class _Ladder:
    """One side: quantities by key, and keys in order, best first. The key of a bid is its negated price."""

    __slots__ = ("keys", "qtys")

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.qtys: dict[int, int] = {}

    def set(self, key: int, qty: int) -> bool:
        """True where the best level, or what lies there, is another one now."""
        keys, qtys = self.keys, self.qtys
        is_best = not keys or key <= keys[0]
        before = qtys.get(key, 0)
        if qty > 0:
            if not before:
                keys.insert(0 if is_best else bisect_left(keys, key), key)
            qtys[key] = qty
        elif before:
            del qtys[key]
            del keys[bisect_left(keys, key)]
        return is_best and before != max(qty, 0)

    def fill(self, levels: Iterable[tuple[int, int]]) -> None:
        self.qtys = {key: qty for key, qty in levels if qty > 0}
        self.keys = sorted(self.qtys)


class BookReplica:
    """The visible book of one instrument: prices in ticks, quantities in lots, best levels first.

    A price of 0 stands for "this side is empty". Between the deltas of one update the replica may be
    crossed; look at it once the whole update is applied.
    """

    __slots__ = ("_asks", "_bids", "instrument_id")

    def __init__(self, instrument_id: int) -> None:
        self.instrument_id = instrument_id
        self._bids = _Ladder()
        self._asks = _Ladder()

    def apply_snapshot(self, snapshot: BookSnapshot) -> None:
        """Forget everything and hold what the snapshot holds."""
        self._bids.fill((-level.price, level.qty) for level in snapshot.bids)
        self._asks.fill((level.price, level.qty) for level in snapshot.asks)

    def apply_delta(self, delta: BookDelta) -> bool:
        """Set one level to its present total; 0 removes it. True where the best level or its quantity changed."""
        return self.set_level(delta.side, delta.price, delta.qty)

    def set_level(self, side: Side, price: int, qty: int) -> bool:
        """Set one level, in ticks and lots; 0 lots remove it. True where the best level or its quantity changed."""
        return self._bids.set(-price, qty) if side is Side.BUY else self._asks.set(price, qty)

    def clear(self) -> None:
        """Hold nothing."""
        self._bids.fill(())
        self._asks.fill(())

    @property
    def best_bid_price(self) -> int:
        """Highest bid in ticks, 0 where there is none."""
        keys = self._bids.keys
        return -keys[0] if keys else 0

    @property
    def best_ask_price(self) -> int:
        """Lowest ask in ticks, 0 where there is none."""
        keys = self._asks.keys
        return keys[0] if keys else 0

    @property
    def best_bid_qty(self) -> int:
        """Lots at the highest bid, 0 where there is none."""
        ladder = self._bids
        return ladder.qtys[ladder.keys[0]] if ladder.keys else 0

    @property
    def best_ask_qty(self) -> int:
        """Lots at the lowest ask, 0 where there is none."""
        ladder = self._asks
        return ladder.qtys[ladder.keys[0]] if ladder.keys else 0

    @property
    def is_two_sided(self) -> bool:
        """True where there is a bid and an ask."""
        return bool(self._bids.keys) and bool(self._asks.keys)

    @property
    def is_empty(self) -> bool:
        """True where there is neither a bid nor an ask."""
        return not self._bids.keys and not self._asks.keys

    @property
    def mid(self) -> int:
        """The middle of best bid and ask in ticks, rounded down; 0 unless both exist."""
        return (self.best_bid_price + self.best_ask_price) // 2 if self.is_two_sided else 0

    @property
    def spread(self) -> int:
        """Best ask less best bid in ticks; 0 unless both exist."""
        return self.best_ask_price - self.best_bid_price if self.is_two_sided else 0

    def best_price(self, side: Side) -> int:
        """The best price of a side in ticks, 0 where it is empty."""
        return self.best_bid_price if side is Side.BUY else self.best_ask_price

    def qty_at(self, side: Side, price: int) -> int:
        """Lots visible at one price of a side."""
        if side is Side.BUY:
            return self._bids.qtys.get(-price, 0)
        return self._asks.qtys.get(price, 0)

    def depth(self, side: Side, count: int) -> list[BookLevel]:
        """The best `count` levels of a side, best first."""
        if side is Side.BUY:
            bids = self._bids
            return [BookLevel(-key, bids.qtys[key]) for key in bids.keys[:count]]
        asks = self._asks
        return [BookLevel(key, asks.qtys[key]) for key in asks.keys[:count]]

    def levels(self, side: Side) -> Iterator[tuple[int, int]]:
        """(price, qty) of a side, best first. The book must not change meanwhile."""
        if side is Side.BUY:
            bids = self._bids
            return ((-key, bids.qtys[key]) for key in bids.keys)
        asks = self._asks
        return ((key, asks.qtys[key]) for key in asks.keys)

    def snapshot(self, sequence: int, ts_event: int, ts_recv: int, ts_process: int) -> BookSnapshot:
        """The whole book as a message, with the last update it holds and the times given (ns since epoch)."""
        return BookSnapshot(
            instrument_id=self.instrument_id,
            sequence=sequence,
            bids=tuple(self.depth(Side.BUY, len(self._bids.keys))),
            asks=tuple(self.depth(Side.SELL, len(self._asks.keys))),
            ts_event=ts_event,
            ts_recv=ts_recv,
            ts_process=ts_process,
        )
