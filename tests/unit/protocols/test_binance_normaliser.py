"""Frames of the exchange: exact numbers, and every bad one skipped with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.vocabulary import Side
from cambist.protocols.binance import (
    DepthDiff,
    DepthPicture,
    InstrumentGrid,
    MarketPrint,
    MarketQuote,
    Normaliser,
    symbol_of,
)
from cambist.protocols.binance.decimal_grid import DecimalGrid, NotANumber, OffGrid

E8 = 100_000_000
TICKER = b'{"e":"bookTicker","u":7,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":12,"E":13}'
DEPTH = (
    b'{"e":"depthUpdate","E":13,"T":12,"s":"BTCUSDT","U":5,"u":7,"pu":4,'
    b'"b":[["61800.20","0.014"]],"a":[["61800.30","0.000"]]}'
)
TRADE = b'{"e":"trade","E":13,"T":12,"s":"BTCUSDT","t":99,"p":"61800.30","q":"0.006","X":"MARKET","m":false}'
AGG_TRADE = b'{"e":"aggTrade","E":13,"T":12,"s":"BTCUSDT","a":88,"p":"61800.3","q":"0.006","f":1,"l":2,"m":true}'
SNAPSHOT = b'{"lastUpdateId":7,"E":13,"T":12,"bids":[["61800.20","2.909"]],"asks":[["61800.30","1"]]}'


@pytest.fixture
def normaliser() -> Normaliser:
    return Normaliser({"BTCUSDT": InstrumentGrid(3, E8 // 10, E8 // 1_000)})


def in_envelope(frame: bytes) -> bytes:
    return b'{"stream":"btcusdt@any","data":' + frame + b"}"


@pytest.mark.parametrize("wrap", [bytes, in_envelope])
def test_a_book_ticker_becomes_a_quote(normaliser: Normaliser, wrap) -> None:
    assert normaliser.normalise(wrap(TICKER)) == MarketQuote(3, 7, 618_002, 2_507, 618_003, 2_510, 12_000_000)


@pytest.mark.parametrize("wrap", [bytes, in_envelope])
def test_a_depth_update_becomes_a_diff_of_absolute_quantities(normaliser: Normaliser, wrap) -> None:
    expected = DepthDiff(3, 5, 7, 4, ((618_002, 14),), ((618_003, 0),), 12_000_000)
    assert normaliser.normalise(wrap(DEPTH)) == expected


def test_the_aggressor_is_the_seller_where_the_buyer_is_the_maker(normaliser: Normaliser) -> None:
    assert normaliser.normalise(AGG_TRADE) == MarketPrint(3, 88, Side.SELL, 618_003, 6, 12_000_000)
    assert normaliser.normalise(TRADE) == MarketPrint(3, 99, Side.BUY, 618_003, 6, 12_000_000)


def test_single_trades_and_their_aggregates_are_not_both_counted(normaliser: Normaliser) -> None:
    assert normaliser.normalise(TRADE) is not None
    assert normaliser.normalise(AGG_TRADE) is None
    assert normaliser.ignored["aggTrade"] == 1


def test_a_depth_snapshot_takes_the_symbol_that_was_asked_for(normaliser: Normaliser) -> None:
    expected = DepthPicture(3, 7, ((618_002, 2_909),), ((618_003, 1_000),), 12_000_000)
    assert normaliser.normalise(SNAPSHOT, "BTCUSDT") == expected
    assert normaliser.normalise(SNAPSHOT) is None
    assert normaliser.ignored["depth snapshot"] == 1


def test_the_event_time_stands_in_where_the_transaction_time_is_missing(normaliser: Normaliser) -> None:
    quote = normaliser.normalise(TICKER.replace(b'"T":12,', b""))
    assert isinstance(quote, MarketQuote)
    assert quote.ts_event == 13_000_000


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (b'{"e":"kline","s":"BTCUSDT","k":{}}', "kline"),
        (in_envelope(b'{"e":"forceOrder","o":{}}'), "forceOrder"),
        (b'{"result":null,"id":1}', "answer"),
        (TICKER.replace(b"BTCUSDT", b"ETHUSDT"), "ETHUSDT"),
        (TRADE.replace(b"MARKET", b"INSURANCE_FUND"), "trade INSURANCE_FUND"),
    ],
)
def test_what_carries_nothing_for_us_is_counted_as_ignored(normaliser: Normaliser, frame: bytes, name: str) -> None:
    assert normaliser.normalise(frame) is None
    assert normaliser.ignored == {name: 1}
    assert not normaliser.malformed


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"", "NOT_JSON"),
        (b"{", "NOT_JSON"),
        (b"\xff\xfe", "NOT_JSON"),
        (b"[]", "WRONG_SHAPE"),
        (b"17", "WRONG_SHAPE"),
        (TICKER[:-5], "NOT_JSON"),
        (in_envelope(TICKER.replace(b'"u":7', b'"u":"7"')), "WRONG_SHAPE"),
        (TICKER.replace(b'"b":"61800.20",', b""), "WRONG_SHAPE"),
        (TICKER.replace(b'"61800.20"', b"61800.2"), "WRONG_SHAPE"),
        (DEPTH.replace(b'"0.014"]', b'"0.014","1"]'), "WRONG_SHAPE"),
        (TICKER.replace(b"61800.20", b"61800.25"), "OFF_GRID"),
        (DEPTH.replace(b"0.014", b"0.0145"), "OFF_GRID"),
        (TICKER.replace(b"61800.20", b"-1.0"), "NOT_A_NUMBER"),
        (TICKER.replace(b"61800.20", b"6e4"), "NOT_A_NUMBER"),
        (TICKER.replace(b"61800.20", b"NaN"), "NOT_A_NUMBER"),
        (TRADE.replace(b"0.006", b"0.000"), "EMPTY_TRADE"),
        (SNAPSHOT.replace(b"2.909", b"2.9095"), "OFF_GRID"),
        (SNAPSHOT.replace(b"2.909", b"x"), "NOT_A_NUMBER"),
        (SNAPSHOT.replace(b"bids", b"buds"), "WRONG_SHAPE"),
    ],
)
def test_a_malformed_frame_is_skipped_and_counted_with_its_reason(
    normaliser: Normaliser, frame: bytes, reason: str
) -> None:
    assert normaliser.normalise(frame, "BTCUSDT") is None
    assert normaliser.malformed == {reason: 1}
    assert normaliser.last_reason.startswith(reason)
    assert not normaliser.accepted


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_normaliser_raise(frame: bytes) -> None:
    normaliser = Normaliser({"BTCUSDT": InstrumentGrid(1, 1, 1)})
    assert normaliser.normalise(frame) is None
    assert sum(normaliser.malformed.values()) + sum(normaliser.ignored.values()) == 1
    assert symbol_of(frame) == ""


@given(st.integers(0, 10**12), st.sampled_from([1, 10, 1_000, E8 // 20, E8 // 4, E8, 10 * E8]))
def test_every_step_of_a_grid_comes_back_exactly(steps: int, step_e8: int) -> None:
    whole, rest = divmod(steps * step_e8, E8)
    grid = DecimalGrid(step_e8)
    assert grid.steps(f"{whole}.{rest:08d}") == steps
    assert grid.steps(f"{whole}.{rest:08d}000") == steps
    if step_e8 > 1:
        with pytest.raises(OffGrid):
            grid.steps(f"{whole}.{rest:08d}1")


@pytest.mark.parametrize("text", ["", ".", "1.", ".5", "+1", "1_0", " 1", "1 ", "1,0", "٣", "1.2.3", "0x1", "9" * 33])
def test_only_plain_digits_are_numbers(text: str) -> None:
    with pytest.raises(NotANumber):
        DecimalGrid(1).steps(text)


def test_the_memory_of_a_grid_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cambist.protocols.binance.decimal_grid.REMEMBERED_TEXTS", 3)
    grid = DecimalGrid(E8)
    assert [grid.steps(str(number)) for number in range(10)] == list(range(10))
    assert len(grid._remembered) <= 3


def test_the_symbol_of_a_frame_is_found_raw_and_wrapped() -> None:
    assert symbol_of(TICKER) == symbol_of(in_envelope(TICKER)) == "BTCUSDT"
    assert symbol_of(SNAPSHOT) == symbol_of(b"{") == ""
