"""Real frames of the exchange, checked against what the exchange itself says of the same moments."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cambist.domain.book_replica import BookReplica
from cambist.domain.events import BookDelta
from cambist.domain.grid import exact_e8
from cambist.domain.market_data import BookSnapshot
from cambist.domain.vocabulary import Side
from cambist.infrastructure.venues.recording import RecordedMarket
from cambist.protocols.binance import (
    DepthDiff,
    DepthPicture,
    DepthSynchroniser,
    InstrumentGrid,
    MarketQuote,
    Normaliser,
)


@pytest.fixture(scope="module")
def recording(marketdata: Path) -> Path:
    path = marketdata / "btcusdt_20240808.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path


def _frames(path: Path, separator: bytes) -> Iterator[bytes]:
    """The JSON behind the receive time of each line."""
    with gzip.open(path) as lines:
        for line in lines:
            if not line.startswith(b"wss:"):
                yield line.partition(separator)[2]


def _apply(book: BookReplica, message: DepthDiff | DepthPicture) -> None:
    for side, levels in ((Side.BUY, message.bids), (Side.SELL, message.asks)):
        for price, qty in levels:
            book.set_level(side, price, qty)


def _top(book: BookReplica) -> tuple[int, int, int, int]:
    return book.best_bid_price, book.best_bid_qty, book.best_ask_price, book.best_ask_qty


def test_after_every_diff_the_replica_agrees_with_the_exchanges_own_best_prices(recording: Path) -> None:
    """The oracle is independent: book tickers come on another stream and never touch the replica."""
    normaliser = Normaliser({"BTCUSDT": InstrumentGrid(1, 10_000_000, 100_000)})
    chain, book = DepthSynchroniser(), BookReplica(1)
    tops_by_diff: list[tuple[int, tuple[int, int, int, int]]] = []
    quotes: list[tuple[int, tuple[int, int, int, int]]] = []
    for frame in _frames(recording, b" "):
        message = normaliser.normalise(frame, "BTCUSDT")
        if isinstance(message, MarketQuote):
            top = (message.bid_price, message.bid_qty, message.ask_price, message.ask_qty)
            quotes.append((message.update_id, top))
        elif isinstance(message, DepthPicture):
            kept = chain.on_snapshot(message)
            assert kept is not None
            _apply(book, message)
            for one in kept:
                _apply(book, one)
                tops_by_diff.append((one.last_update_id, _top(book)))
        elif isinstance(message, DepthDiff):
            for one in chain.on_diff(message):
                _apply(book, one)
                tops_by_diff.append((one.last_update_id, _top(book)))
        assert not book.is_two_sided or book.best_bid_price < book.best_ask_price
    assert not normaliser.malformed
    assert chain.gaps == 0
    compared, agreed = _compare(tops_by_diff, sorted(quotes))
    # Every diff that was applied: the one that joins the snapshot, and the 6,546 after it.
    assert (compared, agreed) == (6_547, 6_547)


def _compare(
    tops: list[tuple[int, tuple[int, int, int, int]]], quotes: list[tuple[int, tuple[int, int, int, int]]]
) -> tuple[int, int]:
    compared = agreed = position = 0
    for update_id, top in tops:
        while position < len(quotes) and quotes[position][0] <= update_id:
            position += 1
        if position:
            compared += 1
            agreed += quotes[position - 1][1] == top
    return compared, agreed


def test_the_recording_plays_to_its_end_with_every_line_accounted_for(recording: Path) -> None:
    market, book, kinds = RecordedMarket(recording), BookReplica(1), Counter[str]()
    previous_ns = 0
    while (now_ns := market.next_ns()) is not None:
        assert now_ns >= previous_ns
        previous_ns = now_ns
        tick = market.advance(now_ns)
        assert len(tick.commands) <= 1
        for data in tick.market:
            kinds[type(data).__name__] += 1
            if isinstance(data, BookDelta):
                book.apply_delta(data)
            elif isinstance(data, BookSnapshot):
                book.apply_snapshot(data)
        assert not book.is_two_sided or book.spread > 0
    report = market.report
    assert market.failure is None
    assert report.accepted == {"depthUpdate": 6_551, "bookTicker": 66_089, "trade": 21_313, "depth snapshot": 1}
    assert (report.lines, report.gaps, report.malformed, report.ignored) == (93_954, 0, {}, {})
    assert (kinds["Quote"], kinds["Trade"], kinds["BookSnapshot"]) == (66_089, 21_313, 1)
    # The exchange's clock runs more than a second ahead of the recorder's on every line.
    assert -1_280_000_000 < report.skew_ns_min < report.skew_ns_max < -1_150_000_000


def test_an_older_capture_of_four_symbols_is_understood_in_full(marketdata: Path) -> None:
    configuration = marketdata / "captures" / "BINANCE_FUTURES.0.gz"
    session = marketdata / "captures" / "BINANCE_FUTURES.ws.1.0.gz"
    if not (configuration.is_file() and session.is_file()):
        pytest.skip(f"{session} is not here")
    normaliser = Normaliser(_grids(configuration))
    for frame in _frames(session, b": "):
        normaliser.normalise(frame)
    assert normaliser.accepted == {"aggTrade": 91, "bookTicker": 613, "depthUpdate": 764}
    assert normaliser.ignored == {"kline": 67}
    assert not normaliser.malformed


def _grids(configuration: Path) -> dict[str, InstrumentGrid]:
    """Grids of every symbol, from the exchange's own reply."""
    with gzip.open(configuration, "rt") as lines:
        reply = next(line for line in lines if "exchangeInfo" in line[:80])
    grids: dict[str, InstrumentGrid] = {}
    for number, symbol in enumerate(json.loads(reply.partition(": ")[2])["symbols"], start=1):
        filters = {one["filterType"]: one for one in symbol["filters"]}
        tick, lot = filters["PRICE_FILTER"]["tickSize"], filters["LOT_SIZE"]["stepSize"]
        grids[symbol["symbol"]] = InstrumentGrid(number, exact_e8(tick), exact_e8(lot))
    return grids
