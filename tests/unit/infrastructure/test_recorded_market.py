"""A recording played as a source, and every way in which a file can be wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from cambist.application.ports.source import Tick
from cambist.domain.commands import DefineInstrument, MarketUpdate
from cambist.domain.errors import RecordingError
from cambist.domain.events import BookDelta, Trade
from cambist.domain.market_data import BookLevel, BookSnapshot, Quote
from cambist.domain.vocabulary import Side, VenueKind
from cambist.infrastructure.venues.recording import RecordedMarket

START_NS = 1_723_161_255_000_000_000
MILLISECOND_NS = 1_000_000
EXCHANGE_MS = START_NS // MILLISECOND_NS + 1_200


def line(at_ms: int, frame: dict[str, Any], stream: str = "btcusdt@any") -> str:
    body = frame if "lastUpdateId" in frame else {"stream": stream, "data": frame}
    return f"{START_NS + at_ms * MILLISECOND_NS} {json.dumps(body)}\n"


def ticker(update_id: int, bid: str, ask: str, symbol: str = "BTCUSDT") -> dict[str, Any]:
    times = {"T": EXCHANGE_MS, "E": EXCHANGE_MS}
    return {"e": "bookTicker", "u": update_id, "s": symbol, "b": bid, "B": "1", "a": ask, "A": "2", **times}


def diff(first: int, last: int, previous: int, bids: list[list[str]], asks: list[list[str]]) -> dict[str, Any]:
    ids = {"U": first, "u": last, "pu": previous}
    return {"e": "depthUpdate", "E": EXCHANGE_MS, "T": EXCHANGE_MS, "s": "BTCUSDT", **ids, "b": bids, "a": asks}


def trade(trade_id: int, price: str, is_sale: bool) -> dict[str, Any]:
    times = {"T": EXCHANGE_MS, "E": EXCHANGE_MS}
    return {"e": "trade", **times, "s": "BTCUSDT", "t": trade_id, "p": price, "q": "0.5", "X": "MARKET", "m": is_sale}


PICTURE = {"lastUpdateId": 10, "E": EXCHANGE_MS, "T": EXCHANGE_MS, "bids": [["100.0", "1"]], "asks": [["100.2", "2"]]}
LINES = [
    line(0, diff(5, 8, 4, [["99.0", "9"]], [])),
    line(1, ticker(9, "100.0", "100.2")),
    line(2, diff(9, 11, 8, [["99.9", "3"]], [])),
    line(3, PICTURE),
    line(4, diff(12, 14, 11, [["100.1", "4"]], [["100.2", "0"], ["100.3", "1"], ["100.4", "0"]])),
    line(5, trade(1, "100.1", is_sale=True)),
    line(5, ticker(13, "100.0", "100.2")),
    line(6, ticker(15, "100.1", "100.3")),
]


def write(folder: Path, lines: list[str], name: str = "recording.txt") -> Path:
    path = folder / name
    path.write_text("".join(lines))
    return path


def play(market: RecordedMarket) -> list[Tick]:
    ticks: list[Tick] = []
    while (now_ns := market.next_ns()) is not None:
        ticks.append(market.advance(now_ns))
    return ticks


def test_the_instrument_is_an_outside_one_with_the_first_price_as_reference(tmp_path: Path) -> None:
    (definition,) = RecordedMarket(write(tmp_path, LINES), instrument_id=4).definitions()
    assert isinstance(definition, DefineInstrument)
    assert (definition.instrument_id, definition.symbol, definition.venue) == (4, "BTCUSDT", VenueKind.EXTERNAL)
    assert (definition.reference_price, definition.unit_value) == (1_000, 10_000)


def test_the_book_appears_once_it_is_whole_and_then_changes_level_by_level(tmp_path: Path) -> None:
    ticks = play(RecordedMarket(write(tmp_path, LINES)))
    snapshot = ticks[3].market[0]
    assert isinstance(snapshot, BookSnapshot)
    assert snapshot.sequence == 11
    assert snapshot.bids == (BookLevel(1_000, 1_000), BookLevel(999, 3_000))
    assert snapshot.asks == (BookLevel(1_002, 2_000),)
    deltas = [data for data in ticks[4].market if isinstance(data, BookDelta)]
    assert [(d.side, d.price, d.qty, d.sequence) for d in deltas] == [
        (Side.BUY, 1_001, 4_000, 0),
        (Side.SELL, 1_002, 0, 0),
        (Side.SELL, 1_003, 1_000, 0),
    ]


def test_engine_time_is_receive_time_and_messages_of_one_instant_come_together(tmp_path: Path) -> None:
    market = RecordedMarket(write(tmp_path, LINES))
    times: list[int] = []
    while (now_ns := market.next_ns()) is not None:
        times.append((now_ns - START_NS) // MILLISECOND_NS)
        market.advance(now_ns)
    # The first diff is an instant as well, although nothing of it can be shown yet.
    assert times == [0, 1, 2, 3, 4, 5, 6]


def test_prints_and_quotes_are_handed_on(tmp_path: Path) -> None:
    print_, quote = play(RecordedMarket(write(tmp_path, LINES)))[5].market
    assert isinstance(print_, Trade)
    assert (print_.price, print_.qty, print_.aggressor) == (1_001, 500, Side.SELL)
    assert isinstance(quote, Quote)
    assert (quote.ts_event, quote.ts_recv) == (EXCHANGE_MS * MILLISECOND_NS, START_NS + 5 * MILLISECOND_NS)


def test_the_engine_is_told_of_changed_prices_only_and_an_older_quote_does_not_overtake(tmp_path: Path) -> None:
    ticks = play(RecordedMarket(write(tmp_path, LINES)))
    updates = [command for tick in ticks for command in tick.commands]
    assert all(isinstance(update, MarketUpdate) for update in updates)
    assert all(len(tick.commands) <= 1 for tick in ticks)
    told = [(u.bid_price, u.ask_price, u.last_price) for u in updates if isinstance(u, MarketUpdate)]
    assert told == [(1_000, 1_002, 0), (1_001, 1_003, 0), (1_001, 1_003, 1_001)]


def test_a_gap_empties_the_book_and_is_reported(tmp_path: Path) -> None:
    lines = [*LINES, line(7, diff(20, 22, 19, [["90.0", "1"]], [])), line(8, ticker(23, "90.0", "90.1"))]
    market = RecordedMarket(write(tmp_path, lines))
    (void,) = play(market)[7].market
    assert isinstance(void, BookSnapshot)
    assert (void.bids, void.asks) == ((), ())
    assert market.report.gaps == 1


def test_the_report_holds_counts_and_the_skew_of_the_clocks(tmp_path: Path) -> None:
    lines = [
        *LINES,
        line(7, ticker(16, "100.15", "100.3")),
        line(7, ticker(17, "7.0", "8.0", "ETHUSDT")),
        line(3, trade(2, "100.1", is_sale=False)),
    ]
    market = RecordedMarket(write(tmp_path, lines))
    play(market)
    report = market.report
    assert (report.symbol, report.lines, report.gaps) == ("BTCUSDT", 11, 0)
    assert report.accepted == {"depthUpdate": 3, "bookTicker": 3, "depth snapshot": 1, "trade": 2}
    assert (report.malformed, report.ignored) == ({"OFF_GRID": 1}, {"ETHUSDT": 1})
    assert "100.15" in report.last_malformed
    assert report.times_stepped_back == 1
    assert (report.skew_ns_min, report.skew_ns_max) == (-1_200 * MILLISECOND_NS, -1_194 * MILLISECOND_NS)


def test_a_saved_position_carries_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    path = write(tmp_path, LINES)
    whole = play(RecordedMarket(path))
    for played in range(len(whole) + 1):
        market = RecordedMarket(path)
        for _ in range(played):
            now_ns = market.next_ns()
            assert now_ns is not None
            market.advance(now_ns)
        other = RecordedMarket(path)
        other.load(market.save())
        assert other.save() == market.save()
        assert play(other) == whole[played:]
        market.close()


def test_a_position_in_another_recording_is_refused(tmp_path: Path) -> None:
    state = RecordedMarket(write(tmp_path, LINES)).save()
    other = RecordedMarket(write(tmp_path, LINES[1:], "other.txt"))
    with pytest.raises(RecordingError, match="another recording"):
        other.load(state)
    with pytest.raises(RecordingError, match="cannot be read"):
        other.load(b"\xc1")


def test_gzip_and_plain_files_play_alike_whatever_their_names(tmp_path: Path) -> None:
    packed = tmp_path / "recording.bin"
    packed.write_bytes(gzip.compress("".join(LINES).encode()))
    assert play(RecordedMarket(packed)) == play(RecordedMarket(write(tmp_path, LINES)))


def test_blank_lines_and_a_missing_last_newline_do_no_harm(tmp_path: Path) -> None:
    lines = [*LINES[:4], "\n", *LINES[4:7], LINES[7].rstrip("\n")]
    market = RecordedMarket(write(tmp_path, lines))
    assert len(play(market)) == 7
    assert market.failure is None


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"\n\n", "hold no price"),
        (b"time,price\n1,2\n", "another format at line 1"),
        (b"1723161255 {}\n", "another format at line 1"),
        (b"1723161255000000000 hello\n", "another format at line 1"),
        (b"1723161255000000000 {}\n", "hold no price"),
        (b'1723161255000000000 {"e":"kline","s":"BTCUSDT"}\n', "hold no price of BTCUSDT"),
        (b'1723161255000000000 {"stream":"x"', "cut short: its last line ends after line 0"),
        (b"\x1f\x8b", "cut short: its gzip data ends after line 0"),
        (b"\x1f\x8bnonsense that is no gzip", "is damaged"),
        (bytes(range(256)) * 100, "another format at line 1"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_at_once(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=complaint) as caught:
        RecordedMarket(path)
    assert caught.value.action


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(RecordingError, match="cannot be opened"):
            RecordedMarket(path)


def test_a_symbol_that_the_recording_does_not_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no price of ETHUSDT"):
        RecordedMarket(write(tmp_path, LINES[:3]), symbol="ETHUSDT")


def test_a_file_cut_short_plays_what_is_whole_and_then_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, [*LINES[:6], LINES[6][:40]])
    market = RecordedMarket(path)
    assert len(play(market)) == 6
    assert market.failure is not None
    assert "after line 6" in market.failure.message


def test_a_gzip_file_cut_short_plays_what_is_whole_and_then_says_so(tmp_path: Path) -> None:
    lines = [*LINES, *(line(10 + n, ticker(20 + n, f"{100 + n * 7 % 90}.0", f"{200 + n}.0")) for n in range(500))]
    packed = gzip.compress("".join(lines).encode())
    path = tmp_path / "cut.gz"
    path.write_bytes(packed[: len(packed) // 2])
    market = RecordedMarket(path)
    played = play(market)
    assert 7 <= len(played) < 507
    assert market.failure is not None
    assert "cut short: its gzip data ends" in market.failure.message


def test_a_damaged_line_in_the_middle_ends_the_recording_and_is_named(tmp_path: Path) -> None:
    market = RecordedMarket(write(tmp_path, [*LINES[:4], "garbage\n", *LINES[4:]]))
    assert len(play(market)) == 4
    assert market.failure is not None
    assert "at line 5" in market.failure.message
