"""The replica of somebody's book."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.book_replica import BookReplica
from cambist.domain.events import BookDelta
from cambist.domain.market_data import BookLevel, BookSnapshot
from cambist.domain.vocabulary import Side


def a_book() -> BookReplica:
    book = BookReplica(1)
    book.apply_snapshot(
        BookSnapshot(
            instrument_id=1,
            sequence=9,
            bids=(BookLevel(100, 5), BookLevel(98, 7)),
            asks=(BookLevel(103, 2), BookLevel(104, 4)),
        )
    )
    return book


def delta(side: Side, price: int, qty: int) -> BookDelta:
    return BookDelta(instrument_id=1, side=side, price=price, qty=qty, order_count=0)


def test_an_empty_book_has_neither_best_nor_middle() -> None:
    book = BookReplica(1)
    assert (book.best_bid_price, book.best_bid_qty, book.best_ask_price, book.best_ask_qty) == (0, 0, 0, 0)
    assert (book.mid, book.spread, book.is_two_sided, book.is_empty) == (0, 0, False, True)


def test_a_snapshot_replaces_everything() -> None:
    book = a_book()
    book.apply_snapshot(BookSnapshot(instrument_id=1, sequence=10, bids=(BookLevel(90, 1),), asks=()))
    assert book.depth(Side.BUY, 5) == [BookLevel(90, 1)]
    assert book.depth(Side.SELL, 5) == []
    assert not book.is_two_sided


def test_best_middle_and_spread_follow_the_deltas() -> None:
    book = a_book()
    assert (book.best_bid_price, book.best_ask_price, book.mid, book.spread) == (100, 103, 101, 3)
    book.apply_delta(delta(Side.BUY, 101, 3))
    book.apply_delta(delta(Side.SELL, 103, 0))
    assert (book.best_bid_price, book.best_bid_qty, book.best_ask_price, book.best_ask_qty) == (101, 3, 104, 4)
    assert book.best_price(Side.BUY) == 101
    assert book.best_price(Side.SELL) == 104


def test_removing_a_level_that_is_not_there_changes_nothing() -> None:
    book = a_book()
    book.apply_delta(delta(Side.BUY, 99, 0))
    assert len(book.depth(Side.BUY, 5)) == 2


def test_a_snapshot_of_the_replica_gives_the_same_replica() -> None:
    book, copy = a_book(), BookReplica(1)
    copy.apply_snapshot(book.snapshot(9, 1, 2, 3))
    for side in Side:
        assert list(copy.levels(side)) == list(book.levels(side))
    book.clear()
    assert book.is_empty


changes = st.lists(st.tuples(st.sampled_from(Side), st.integers(1, 30), st.integers(0, 5)), max_size=200)


@given(changes)
def test_levels_are_always_sorted_and_equal_to_a_plain_table(made: list[tuple[Side, int, int]]) -> None:
    book = BookReplica(1)
    plain: dict[tuple[Side, int], int] = {}
    for side, price, qty in made:
        book.set_level(side, price, qty)
        plain[side, price] = qty
        for wanted in Side:
            levels = sorted((p for (s, p), q in plain.items() if s is wanted and q), reverse=wanted is Side.BUY)
            assert [p for p, _ in book.levels(wanted)] == levels
            assert all(book.qty_at(wanted, p) == plain[wanted, p] for p in levels)
