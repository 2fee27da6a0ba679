"""What a book says about trading on it, on a book that can be reckoned by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.book_analytics import (
    cost_to_trade,
    depth_within,
    imbalance,
    microprice,
    mid,
    spread,
    spread_bps,
)
from cambist.domain.book_replica import BookReplica
from cambist.domain.vocabulary import Side


def book_of(bids: dict[int, int], asks: dict[int, int]) -> BookReplica:
    book = BookReplica(1)
    for side, levels in ((Side.BUY, bids), (Side.SELL, asks)):
        for price, qty in levels.items():
            book.set_level(side, price, qty)
    return book


@pytest.fixture
def book() -> BookReplica:
    return book_of({1_000: 3, 999: 5, 990: 20}, {1_001: 1, 1_003: 4, 1_020: 10})


def test_the_middle_lies_between_ticks_where_the_spread_is_odd(book: BookReplica) -> None:
    assert (spread(book), mid(book)) == (1, Fraction(2_001, 2))
    assert spread_bps(book) == Fraction(20_000, 2_001)


def test_the_microprice_leans_away_from_the_larger_side(book: BookReplica) -> None:
    assert microprice(book) == Fraction(1_000 * 1 + 1_001 * 3, 4)


def test_imbalance_counts_as_many_levels_as_asked(book: BookReplica) -> None:
    assert imbalance(book, 1) == Fraction(1, 2)
    assert imbalance(book, 2) == Fraction(8 - 5, 13)
    assert imbalance(book, 9) == Fraction(28 - 15, 43)
    assert imbalance(book_of({}, {1: 1}), 3) == -1


def test_depth_is_counted_up_to_a_distance_and_at_it() -> None:
    book = book_of({995: 2, 990: 7}, {1_005: 3, 1_010: 4, 1_011: 8})
    assert depth_within(book, Side.BUY, 50) == 2
    assert depth_within(book, Side.SELL, 100) == 7
    assert depth_within(book, Side.SELL, 49) == 0


def test_a_purchase_climbs_the_asks(book: BookReplica) -> None:
    cost = cost_to_trade(book, Side.BUY, 3)
    assert (cost.filled_qty, cost.is_whole, cost.worst_price, cost.tick_lots) == (3, True, 1_003, 1_001 + 2 * 1_003)
    assert cost.average_price == Fraction(3_007, 3)
    assert cost.slippage == Fraction(3_007, 3) - Fraction(2_001, 2)
    assert cost.slippage_bps == cost.slippage * 20_000 / 2_001
    assert cost.mid_move == 1


def test_a_sale_descends_the_bids_and_its_slippage_is_a_loss_too(book: BookReplica) -> None:
    cost = cost_to_trade(book, Side.SELL, 8)
    assert (cost.average_price, cost.worst_price) == (Fraction(3 * 1_000 + 5 * 999, 8), 999)
    assert cost.slippage == Fraction(2_001, 2) - Fraction(7_995, 8)
    assert cost.mid_move == 5


def test_a_size_beyond_the_book_is_filled_as_far_as_it_goes(book: BookReplica) -> None:
    cost = cost_to_trade(book, Side.BUY, 100)
    assert (cost.filled_qty, cost.is_whole, cost.worst_price, cost.mid_move) == (15, False, 1_020, None)


def test_an_empty_side_is_no_number() -> None:
    empty, bids_only = BookReplica(1), book_of({5: 5}, {})
    for book in (empty, bids_only):
        assert (spread(book), spread_bps(book), mid(book), microprice(book)) == (None, None, None, None)
        assert depth_within(book, Side.BUY, 10) is None
    assert imbalance(empty, 1) is None
    assert cost_to_trade(bids_only, Side.BUY, 1).average_price is None
    sold = cost_to_trade(bids_only, Side.SELL, 2)
    assert (sold.average_price, sold.slippage, sold.slippage_bps, sold.mid_move) == (5, None, None, None)


levels = st.dictionaries(st.integers(1, 40), st.integers(1, 9), max_size=6)


@given(levels, levels, st.integers(1, 60))
def test_a_cost_is_that_of_single_lots_taken_one_by_one(bids: dict[int, int], asks: dict[int, int], qty: int) -> None:
    book = book_of(bids, {price + 40: lots for price, lots in asks.items()})
    lots = [price for price, offered in book.levels(Side.SELL) for _ in range(offered)][:qty]
    cost = cost_to_trade(book, Side.BUY, qty)
    assert (cost.filled_qty, cost.tick_lots, cost.worst_price) == (len(lots), sum(lots), max(lots, default=0))
    left = book_of(bids, {})
    for price in [price for price, offered in book.levels(Side.SELL) for _ in range(offered)][qty:]:
        left.set_level(Side.SELL, price, left.qty_at(Side.SELL, price) + 1)
    before, after = mid(book), mid(left)
    assert cost.mid_move == (after - before if before is not None and after is not None else None)
