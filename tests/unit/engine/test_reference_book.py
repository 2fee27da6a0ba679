"""The price-time book, bare."""

from __future__ import annotations

from cambist.domain.vocabulary import Side
from cambist.engine.reference.book import Book, reaches
from cambist.engine.reference.venue_order import BookOrder


def book_of(*orders: tuple[int, Side, int, int]) -> tuple[Book[BookOrder], dict[int, BookOrder]]:
    book: Book[BookOrder] = Book()
    by_id = {order_id: BookOrder(order_id, side, price, qty) for order_id, side, price, qty in orders}
    for order in by_id.values():
        book.add(order)
    return book, by_id


def test_levels_run_from_best_to_worst_and_orders_from_old_to_young() -> None:
    book, _ = book_of(
        (1, Side.BUY, 99, 1),
        (2, Side.SELL, 102, 1),
        (3, Side.BUY, 100, 1),
        (4, Side.SELL, 101, 1),
        (5, Side.BUY, 99, 1),
    )
    assert [order.order_id for order in book.orders()] == [3, 1, 5, 4, 2]
    assert (book.best_price(Side.BUY), book.best_price(Side.SELL)) == (100, 101)
    assert [level.price for level in book.levels(Side.SELL)] == [101, 102]


def test_an_empty_side_has_no_best() -> None:
    book, _ = book_of((1, Side.BUY, 99, 1))
    assert book.best(Side.SELL) is None
    assert book.best_price(Side.SELL) == 0
    assert book.depth(Side.SELL, 99) == (0, 0)


def test_a_level_goes_with_its_last_order() -> None:
    book, orders = book_of((1, Side.SELL, 101, 4), (2, Side.SELL, 101, 6), (3, Side.SELL, 103, 1))
    book.fill(orders[1], 3)
    assert book.depth(Side.SELL, 101) == (7, 2)
    book.fill(orders[1], 1)
    assert book.depth(Side.SELL, 101) == (6, 1)
    book.remove(orders[2])
    assert book.best_price(Side.SELL) == 103


def test_a_limit_reaches_its_own_price() -> None:
    assert reaches(Side.BUY, 100, 100) and not reaches(Side.BUY, 100, 101)
    assert reaches(Side.SELL, 100, 100) and not reaches(Side.SELL, 100, 99)
