"""Quotes that stand, and fills that were taken back or booked anew, as the model knows them."""

from __future__ import annotations

import pytest

from cambist.application.control_plane.order_queries import OrderQueries
from cambist.application.ports.history import Adjustment, OrderFilter
from cambist.domain.commands import BustTrade, CancelOrder, CorrectTrade, MassCancel, MassQuote, SetFees
from cambist.domain.vocabulary import Side
from cambist.protocols.quotes import QuoteEntry, encode_quotes
from cambist.testing.builders import E8, limit_order

MEMBER = 2


def quote(followed, *entries: QuoteEntry) -> int:
    """The sequence of the mass quote."""
    (receipt,) = followed.host.apply([MassQuote(account_id=1, instrument_id=1, quotes=encode_quotes(entries))])
    return receipt.command.sequence


def two_sided(quote_id: int, bid: int, ask: int, qty: int = 5) -> QuoteEntry:
    return QuoteEntry(quote_id=quote_id, bid_price=bid, bid_qty=qty, ask_price=ask, ask_qty=qty)


def standing(followed) -> dict[int, tuple[bool, bool]]:
    """By quote_id, whether bid and ask stand; the restored model must say the same."""
    with followed.model.reading() as model, followed.restored().reading() as again:
        assert list(again.quotes) == list(model.quotes)
        return {each.key[3]: (each.bid_order_id > 0, each.ask_order_id > 0) for each in model.quotes}


def test_a_quote_stands_until_its_orders_have_ended(followed) -> None:
    quote(followed, two_sided(1, 99, 101), two_sided(2, 98, 102))
    assert standing(followed) == {1: (True, True), 2: (True, True)}
    followed.host.apply([limit_order(Side.SELL, 5, 99, account_id=MEMBER)])
    assert standing(followed) == {1: (False, True), 2: (True, True)}
    with followed.model.reading() as model:
        ask = next(each.ask_order_id for each in model.quotes)
    followed.host.apply([CancelOrder(account_id=1, order_id=ask)])
    assert standing(followed) == {2: (True, True)}
    followed.host.apply([MassCancel(account_id=1)])
    assert standing(followed) == {}


def test_a_side_that_the_gate_denies_does_not_stand(followed) -> None:
    quote(followed, QuoteEntry(quote_id=1, bid_price=99, bid_qty=5, ask_price=101, ask_qty=1_000_001))
    assert standing(followed) == {1: (True, False)}


def test_a_quote_that_is_moved_stands_under_new_orders(followed) -> None:
    quote(followed, two_sided(1, 99, 101))
    second = quote(followed, two_sided(1, 98, 101, qty=4))
    with followed.model.reading() as model:
        (found,) = model.quotes
    assert (found.bid_order_id, found.ask_order_id) == ((1 << 62) + 256 * second, (1 << 62) + 256 * (second - 1) + 1)


def test_orders_of_quotes_are_listed_where_they_came_and_pages_miss_none(followed) -> None:
    placed = [followed.host.apply([limit_order(Side.BUY, 1, 90)])[0].command.sequence]
    quote(followed, two_sided(1, 99, 101))
    placed.append(followed.host.apply([limit_order(Side.BUY, 1, 91)])[0].command.sequence)
    quote(followed, two_sided(2, 98, 102))
    for model in (followed.model, followed.restored()):
        queries = OrderQueries(model, None)
        everything = [order.order_id for order in queries.orders(OrderFilter())]
        assert [everything.index(order_id) for order_id in placed] == [5, 2]
        paged: list[int] = []
        while page := queries.orders(OrderFilter(limit=2, before=paged[-1] if paged else None)):
            paged += [order.order_id for order in page]
        assert paged == everything


@pytest.mark.parametrize("aggressor", [1, MEMBER])
def test_a_busted_fill_says_so_and_its_position_is_gone(followed, aggressor: int) -> None:
    first, second = (MEMBER, 1) if aggressor == 1 else (1, MEMBER)
    followed.host.apply([limit_order(Side.SELL, 5, 100, account_id=first)])
    followed.host.apply([limit_order(Side.BUY, 5, 100, account_id=second)])
    followed.host.apply([BustTrade(trade_id=1, cause="erroneous")])
    with followed.model.reading() as model, followed.restored().reading() as again:
        (fill,) = model.fills.last(10)
        assert (fill.price, fill.qty, fill.adjustment) == (100, 5, Adjustment.BUSTED)
        assert [position.qty for position in model.positions] == [0]
        assert list(again.positions) == list(model.positions)


def test_a_corrected_fill_has_the_new_price_and_commission(followed) -> None:
    followed.host.apply([SetFees(account_id=1, instrument_id=0, maker_fee=0, taker_fee=1_000)])
    followed.host.apply([limit_order(Side.SELL, 5, 110, account_id=MEMBER), limit_order(Side.BUY, 5, 110)])
    changes = followed.model.fills.watch()
    followed.host.apply([CorrectTrade(trade_id=1, price=100, cause="wrong price")])
    with followed.model.reading() as model, followed.restored().reading() as again:
        (fill,) = model.fills.last(10)
        assert (fill.price, fill.commission, fill.adjustment) == (100, E8 // 2, Adjustment.CORRECTED)
        assert changes.take()[-1] == fill
        (position,) = model.positions
        assert (position.qty, position.cost) == (5, 500 * E8)
        assert list(again.positions) == list(model.positions)


def test_fills_of_other_trades_stay_as_they_are(followed) -> None:
    followed.host.apply([limit_order(Side.SELL, 5, 100, account_id=MEMBER), limit_order(Side.BUY, 5, 100)])
    followed.host.apply([limit_order(Side.BUY, 2, 100, account_id=MEMBER), limit_order(Side.SELL, 2, 100)])
    followed.host.apply([BustTrade(trade_id=2, cause="erroneous")])
    with followed.model.reading() as model:
        found = [(fill.side, fill.adjustment) for fill in model.fills.last(10)]
    assert found == [(Side.SELL, Adjustment.BUSTED), (Side.BUY, Adjustment.NONE)]
