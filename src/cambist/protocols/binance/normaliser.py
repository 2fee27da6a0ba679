"""Frames of the exchange to market messages. Bad input never raises: it is counted by reason and skipped.

Nothing is rounded: a frame with a price or quantity off its instrument's grid is skipped as a whole and counted.
A skipped depth update then shows as a gap in the chain of update ids, and the book is synchronised anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from cambist.domain.durations import MILLISECOND_NS
from cambist.domain.vocabulary import Side
from cambist.protocols.binance.decimal_grid import DecimalGrid, NotANumber, OffGrid
from cambist.protocols.binance.frames import (
    AggTradeFrame,
    AnyFrame,
    BookTickerFrame,
    DepthSnapshotFrame,
    DepthUpdateFrame,
    Envelope,
    MarketFrame,
    NamedEvent,
    PriceLevel,
    TradeFrame,
)
from cambist.protocols.binance.market_messages import (
    DepthDiff,
    DepthPicture,
    Level,
    MarketMessage,
    MarketPrint,
    MarketQuote,
)

KNOWN_EVENTS = frozenset({"depthUpdate", "bookTicker", "trade", "aggTrade"})


@dataclass(frozen=True, slots=True)
class InstrumentGrid:
    """How one symbol's numbers become integers: tick and lot in 1e-8."""

    instrument_id: int
    tick_size: int
    lot_size: int


class _Grid:
    __slots__ = ("instrument_id", "prices", "qtys")

    def __init__(self, grid: InstrumentGrid) -> None:
        self.instrument_id = grid.instrument_id
        self.prices = DecimalGrid(grid.tick_size)
        self.qtys = DecimalGrid(grid.lot_size)

    def levels(self, levels: Iterable[PriceLevel]) -> tuple[Level, ...]:
        prices, qtys = self.prices.steps, self.qtys.steps
        return tuple([(prices(price), qtys(qty)) for price, qty in levels])


class Normaliser:
    """Turns frames of known symbols into messages and keeps count of everything else."""

    def __init__(self, grids: Mapping[str, InstrumentGrid]) -> None:
        self.accepted: Counter[str] = Counter()
        """Messages by kind of frame."""
        self.ignored: Counter[str] = Counter()
        """Frames that carry nothing we use, by event name or symbol."""
        self.malformed: Counter[str] = Counter()
        """Skipped frames by reason."""
        self.last_reason = ""
        """Why the last malformed frame was skipped, in full."""
        self._grids = {symbol: _Grid(grid) for symbol, grid in grids.items()}
        self._envelope = msgspec.json.Decoder(Envelope)
        self._any = msgspec.json.Decoder(AnyFrame)
        self._market = msgspec.json.Decoder(MarketFrame)
        self._named = msgspec.json.Decoder(NamedEvent)
        self._snapshot = msgspec.json.Decoder(DepthSnapshotFrame)
        self._has_single_trades: set[str] = set()

    def normalise(self, frame: bytes, snapshot_symbol: str = "") -> MarketMessage | None:
        """The message in a frame, or None where it is skipped.

        A depth snapshot does not say whose it is: `snapshot_symbol` is the symbol that was asked for.
        """
        try:
            return self._of_market(self._envelope.decode(frame).data)
        except msgspec.DecodeError:
            # Not the usual envelope with a known event; what it is instead takes a closer look.
            return self._unusual(frame, snapshot_symbol)

    def _unusual(self, frame: bytes, snapshot_symbol: str) -> MarketMessage | None:
        """Raw events, snapshots, answers, ignored events and malformed frames."""
        try:
            outer = self._any.decode(frame)
            if outer.lastUpdateId is not msgspec.UNSET:
                return self._of_snapshot(self._snapshot.decode(frame), snapshot_symbol)
            inner: bytes | msgspec.Raw = frame if outer.data is msgspec.UNSET else outer.data
            event = self._named.decode(inner).e
            if event not in KNOWN_EVENTS:
                self.ignored[event or "answer"] += 1
                return None
            return self._of_market(self._market.decode(inner))
        except msgspec.ValidationError as error:
            self._refuse("WRONG_SHAPE", str(error))
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._refuse("NOT_JSON", str(error))
            return None

    def _of_market(self, frame: MarketFrame) -> MarketMessage | None:
        grid = self._grids.get(frame.s)
        if grid is None:
            self.ignored[frame.s] += 1
            return None
        try:
            if type(frame) is BookTickerFrame:
                return self._of_ticker(frame, grid)
            if type(frame) is DepthUpdateFrame:
                return self._of_depth(frame, grid)
            return self._of_trade(frame, grid)  # type: ignore[arg-type]
        except OffGrid as error:
            self._refuse("OFF_GRID", f"{frame.s}: {error}")
            return None
        except NotANumber as error:
            self._refuse("NOT_A_NUMBER", f"{frame.s}: {error}")
            return None

    def _of_ticker(self, frame: BookTickerFrame, grid: _Grid) -> MarketQuote:
        quote = MarketQuote(
            grid.instrument_id,
            frame.u,
            grid.prices.steps(frame.b),
            grid.qtys.steps(frame.B),
            grid.prices.steps(frame.a),
            grid.qtys.steps(frame.A),
            (frame.T or frame.E) * MILLISECOND_NS,
        )
        self.accepted["bookTicker"] += 1
        return quote

    def _of_depth(self, frame: DepthUpdateFrame, grid: _Grid) -> DepthDiff:
        diff = DepthDiff(
            grid.instrument_id,
            frame.U,
            frame.u,
            frame.pu,
            grid.levels(frame.b),
            grid.levels(frame.a),
            (frame.T or frame.E) * MILLISECOND_NS,
        )
        self.accepted["depthUpdate"] += 1
        return diff

    def _of_trade(self, frame: TradeFrame | AggTradeFrame, grid: _Grid) -> MarketPrint | None:
        """Single trades win over aggregates: where a feed has both, counting both would double the volume."""
        if type(frame) is TradeFrame:
            if frame.X != "MARKET":
                self.ignored[f"trade {frame.X}"] += 1
                return None
            name, trade_id = "trade", frame.t
            self._has_single_trades.add(frame.s)
        else:
            assert isinstance(frame, AggTradeFrame)
            if frame.s in self._has_single_trades:
                self.ignored["aggTrade"] += 1
                return None
            name, trade_id = "aggTrade", frame.a
        price, qty = grid.prices.steps(frame.p), grid.qtys.steps(frame.q)
        if not price or not qty:
            self._refuse("EMPTY_TRADE", f"{frame.s}: trade {trade_id} has no price or no quantity")
            return None
        self.accepted[name] += 1
        # m: the buyer is the maker, so the seller was the aggressor.
        aggressor = Side.SELL if frame.m else Side.BUY
        ts_event = (frame.T or frame.E) * MILLISECOND_NS
        return MarketPrint(grid.instrument_id, trade_id, aggressor, price, qty, ts_event)

    def _of_snapshot(self, frame: DepthSnapshotFrame, symbol: str) -> DepthPicture | None:
        grid = self._grids.get(symbol)
        if grid is None:
            self.ignored[symbol or "depth snapshot"] += 1
            return None
        try:
            bids, asks = grid.levels(frame.bids), grid.levels(frame.asks)
        except OffGrid as error:
            self._refuse("OFF_GRID", f"{symbol}: {error}")
            return None
        except NotANumber as error:
            self._refuse("NOT_A_NUMBER", f"{symbol}: {error}")
            return None
        self.accepted["depth snapshot"] += 1
        ts_event = (frame.T or frame.E) * MILLISECOND_NS
        return DepthPicture(grid.instrument_id, frame.lastUpdateId, bids, asks, ts_event)

    def _refuse(self, reason: str, detail: str) -> None:
        self.malformed[reason] += 1
        self.last_reason = f"{reason}: {detail}"


def symbol_of(frame: bytes) -> str:
    """The symbol an event is about; empty where the frame has none or is no event."""
    try:
        outer = msgspec.json.decode(frame, type=AnyFrame)
        inner: bytes | msgspec.Raw = frame if outer.data is msgspec.UNSET else outer.data
        return msgspec.json.decode(inner, type=NamedEvent).s
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
