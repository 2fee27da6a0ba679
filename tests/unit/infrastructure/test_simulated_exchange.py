"""Each rule of the simulated exchange, on small books made by hand."""

from __future__ import annotations

import msgspec
import pytest
from exchange_bench import BUY, INSTRUMENT, SELL, ExchangeBench, level, printed, snapshot, submitted

from cambist.domain.errors import InputError
from cambist.domain.market_data import Quote
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import OrderFlag, ReportKind, TimeInForce
from cambist.infrastructure.venues.simulated import SimulatedExchange

IOC, FOK, GTD = TimeInForce.IOC, TimeInForce.FOK, TimeInForce.GTD
POST_ONLY, REDUCE_ONLY = OrderFlag.POST_ONLY, OrderFlag.REDUCE_ONLY


# Latency.


def test_a_request_takes_its_time_and_so_does_the_answer() -> None:
    bench = ExchangeBench()
    bench.exchange.on_events([submitted(1, BUY, 1, 100, now_ns=1_000)])
    assert bench.exchange.next_ns() == 1_010
    assert bench.exchange.advance(1_010) == []
    assert bench.exchange.next_ns() == 1_020
    (report,) = bench.exchange.advance(1_020)
    assert report.report is ReportKind.ACCEPTED
    assert bench.exchange.next_ns() is None


def test_an_order_meets_the_market_as_it_is_when_it_arrives() -> None:
    bench = ExchangeBench()
    bench.exchange.on_events([submitted(1, BUY, 1, now_ns=0)])
    bench.exchange.on_market([level(SELL, 101, 3)], 5)
    assert bench.settle()[1] == (1, "FILLED", 101, 1, "taker")


def test_without_latency_the_answer_is_there_at_once() -> None:
    bench = ExchangeBench(latency_ns=0)
    assert bench.submit(1, BUY, 1) == [(1, "ACCEPTED"), (1, "FILLED", 102, 1, "taker")]
    with pytest.raises(InputError):
        SimulatedExchange(INSTRUMENT, -1)


def test_exec_ids_grow() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 20)
    bench.submit(2, BUY, 1, 99)
    ids = [report.exec_id for report in bench.reports]
    assert ids == sorted(set(ids))
    assert len(ids) > 4


def test_orders_for_other_instruments_are_not_ours() -> None:
    bench = ExchangeBench()
    bench.exchange.on_events([submitted(1, BUY, 1, instrument_id=INSTRUMENT + 1)])
    assert bench.exchange.next_ns() is None


def test_nothing_is_accepted_before_there_is_a_book() -> None:
    bench = ExchangeBench(with_book=False)
    assert bench.submit(1, BUY, 1, 100) == [(1, "REJECTED", Reason.MARKET_NOT_OPEN)]


# Taking.


def test_a_market_order_takes_level_by_level_and_its_rest_is_canceled() -> None:
    assert ExchangeBench().submit(1, BUY, 20) == [
        (1, "ACCEPTED"),
        (1, "FILLED", 102, 4, "taker"),
        (1, "FILLED", 103, 6, "taker"),
        (1, "FILLED", 105, 8, "taker"),
        (1, "CANCELED", Reason.UNFILLED_REMAINDER),
    ]


def test_a_limit_order_takes_within_its_price_and_the_rest_waits() -> None:
    bench = ExchangeBench()
    assert bench.submit(1, SELL, 8, 99) == [
        (1, "ACCEPTED"),
        (1, "FILLED", 100, 5, "taker"),
        (1, "FILLED", 99, 3, "taker"),
    ]
    assert bench.submit(2, BUY, 9, 102) == [(2, "ACCEPTED"), (2, "FILLED", 102, 4, "taker")]
    assert bench.cancel(2) == [(2, "CANCELED", Reason.REQUESTED)]


def test_an_immediate_order_never_waits() -> None:
    bench = ExchangeBench()
    assert bench.submit(1, BUY, 9, 102, IOC)[1:] == [
        (1, "FILLED", 102, 4, "taker"),
        (1, "CANCELED", Reason.UNFILLED_REMAINDER),
    ]
    assert bench.submit(2, BUY, 1, 101, IOC) == [(2, "ACCEPTED"), (2, "CANCELED", Reason.UNFILLED_REMAINDER)]


def test_fill_or_kill_trades_in_full_or_not_at_all() -> None:
    bench = ExchangeBench()
    assert bench.submit(1, BUY, 11, 103, FOK) == [(1, "ACCEPTED"), (1, "CANCELED", Reason.FOK_UNFILLABLE)]
    assert bench.submit(2, BUY, 10, 103, FOK)[1:] == [(2, "FILLED", 102, 4, "taker"), (2, "FILLED", 103, 6, "taker")]


def test_liquidity_is_consumed_once_until_its_level_is_updated() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3, 102, IOC)
    assert bench.submit(2, BUY, 3, 102, IOC)[1] == (2, "FILLED", 102, 1, "taker")
    bench.market(level(SELL, 103, 9))
    assert bench.submit(3, BUY, 1, 102, IOC)[1] == (3, "CANCELED", Reason.UNFILLED_REMAINDER)
    bench.market(level(SELL, 102, 2))
    assert bench.submit(4, BUY, 3, 102, IOC)[1] == (4, "FILLED", 102, 2, "taker")


def test_what_a_print_took_is_not_there_for_us() -> None:
    bench = ExchangeBench()
    bench.market(printed(BUY, 103, 2))
    assert bench.submit(1, BUY, 9, 103, IOC)[1:] == [
        (1, "FILLED", 103, 4, "taker"),
        (1, "CANCELED", Reason.UNFILLED_REMAINDER),
    ]


def test_a_post_only_order_that_would_take_is_rejected() -> None:
    bench = ExchangeBench()
    assert bench.submit(1, BUY, 1, 102, flags=POST_ONLY) == [(1, "REJECTED", Reason.POST_ONLY_WOULD_CROSS)]
    assert bench.submit(2, BUY, 1, 101, flags=POST_ONLY) == [(2, "ACCEPTED")]


# Waiting.


def test_a_waiting_order_is_behind_all_that_was_visible_at_its_price() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3, 100)
    assert bench.market(printed(SELL, 100, 4)) == []
    assert bench.market(printed(SELL, 100, 3)) == [(1, "FILLED", 100, 2, "maker")]
    assert bench.market(printed(SELL, 100, 9)) == [(1, "FILLED", 100, 1, "maker")]
    assert bench.market(printed(SELL, 100, 9)) == []


def test_a_print_of_the_other_side_or_behind_our_price_does_not_reach_us() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3, 99)
    assert bench.market(printed(BUY, 99, 50), printed(SELL, 100, 50)) == []


def test_a_print_beyond_our_price_fills_us_whatever_the_queue_but_no_more_than_itself() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3, 100)
    assert bench.market(printed(SELL, 99, 2)) == [(1, "FILLED", 100, 2, "maker")]


def test_lots_ahead_that_were_canceled_are_not_waited_for() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3, 100)
    bench.market(level(BUY, 100, 1), level(BUY, 100, 40))
    assert bench.market(printed(SELL, 100, 2)) == [(1, "FILLED", 100, 1, "maker")]


def test_a_level_that_vanished_leaves_nobody_ahead() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3, 100)
    bench.market(snapshot([(99, 7)], [(102, 4)]))
    assert bench.market(printed(SELL, 100, 2)) == [(1, "FILLED", 100, 2, "maker")]


def test_a_broken_book_keeps_the_queue_and_fills_nothing() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3, 100)
    assert bench.market(snapshot([], [])) == []
    assert bench.market(printed(SELL, 100, 5)) == []
    assert bench.market(printed(SELL, 100, 1)) == [(1, "FILLED", 100, 1, "maker")]


def test_the_opposite_side_reaching_our_price_fills_us_at_our_price() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 5, 101)
    assert bench.market(level(SELL, 101, 2), level(SELL, 100, 2)) == [
        (1, "FILLED", 101, 2, "maker"),
        (1, "FILLED", 101, 2, "maker"),
    ]
    assert bench.market(Quote(instrument_id=1, bid_price=1, bid_qty=1, ask_price=2, ask_qty=1)) == []


def test_our_own_orders_share_a_print_by_price_and_then_by_age() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 2, 101)
    bench.submit(2, BUY, 2, 101)
    bench.submit(3, BUY, 2, 100)
    # 101 shows nothing of others; at 100 five lots of others are ahead of order 3.
    assert bench.market(printed(SELL, 100, 10)) == [
        (1, "FILLED", 101, 2, "maker"),
        (2, "FILLED", 101, 2, "maker"),
        (3, "FILLED", 100, 1, "maker"),
    ]


def test_a_print_is_eaten_once_by_the_queue_that_two_of_our_orders_share() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 2, 100)
    bench.market(level(BUY, 100, 8))
    bench.submit(2, BUY, 2, 100)
    # Five others ahead of order 1, eight (the same five and three more) ahead of order 2.
    assert bench.market(printed(SELL, 100, 11)) == [(1, "FILLED", 100, 2, "maker"), (2, "FILLED", 100, 1, "maker")]


# Changes.


def test_a_cancel_or_replacement_of_an_unknown_order_is_rejected() -> None:
    bench = ExchangeBench()
    assert bench.cancel(7) == [(7, "CANCEL_REJECTED", Reason.ORDER_NOT_OPEN)]
    assert bench.replace(7, 100, 1) == [(7, "REPLACE_REJECTED", Reason.ORDER_NOT_OPEN)]


def test_less_quantity_keeps_the_place_in_the_queue() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 5, 100)
    bench.market(level(BUY, 100, 50))
    assert bench.replace(1, 100, 3) == [(1, "REPLACED", 100, 3)]
    assert bench.market(printed(SELL, 100, 6)) == [(1, "FILLED", 100, 1, "maker")]


@pytest.mark.parametrize(("price", "qty"), [(100, 6), (99, 5)])
def test_any_other_replacement_goes_to_the_end_of_the_queue(price: int, qty: int) -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 5, 100)
    bench.market(level(BUY, price, 50))
    assert bench.replace(1, price, qty) == [(1, "REPLACED", price, qty)]
    assert bench.market(printed(SELL, price, 50)) == []
    assert bench.market(printed(SELL, price, 1)) == [(1, "FILLED", price, 1, "maker")]


def test_a_replacement_to_a_crossing_price_takes() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 2, 100)
    assert bench.replace(1, 102, 2) == [(1, "REPLACED", 102, 2), (1, "FILLED", 102, 2, "taker")]


def test_a_replacement_below_what_is_filled_or_through_post_only_is_rejected_and_the_order_stands() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 5, 102, flags=OrderFlag.NONE)
    assert bench.replace(1, 102, 4) == [(1, "REPLACE_REJECTED", Reason.QTY_BELOW_FILLED)]
    bench.submit(2, SELL, 5, 104, flags=POST_ONLY)
    bench.market(level(BUY, 103, 1))
    assert bench.replace(2, 103, 5) == [(2, "REPLACE_REJECTED", Reason.POST_ONLY_WOULD_CROSS)]
    assert bench.cancel(1) == [(1, "CANCELED", Reason.REQUESTED)]
    assert bench.cancel(2) == [(2, "CANCELED", Reason.REQUESTED)]


def test_a_good_till_date_order_expires_at_its_time() -> None:
    bench = ExchangeBench()
    assert bench.submit(1, BUY, 1, 100, GTD, expire_ns=500) == [(1, "ACCEPTED")]
    assert bench.exchange.next_ns() == 500
    assert bench.exchange.advance(499) == []
    assert bench.exchange.advance(500) == []
    assert bench.exchange.next_ns() == 510
    (report,) = bench.exchange.advance(510)
    assert report.report is ReportKind.EXPIRED
    assert bench.cancel(1) == [(1, "CANCEL_REJECTED", Reason.ORDER_NOT_OPEN)]


def test_a_good_till_date_order_that_arrives_too_late_is_rejected() -> None:
    assert ExchangeBench().submit(1, BUY, 1, 100, GTD, expire_ns=9) == [(1, "REJECTED", Reason.INVALID_EXPIRY)]


# reduce_only.


def test_a_reduce_only_order_is_capped_to_the_position_and_the_rest_canceled() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 3)
    assert bench.submit(2, SELL, 9, 99, flags=REDUCE_ONLY) == [
        (2, "ACCEPTED"),
        (2, "FILLED", 100, 3, "taker"),
        (2, "CANCELED", Reason.POSITION_REDUCED),
    ]


def test_a_waiting_reduce_only_order_without_a_position_is_canceled_when_it_is_hit() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 2)
    bench.submit(2, SELL, 2, 104, flags=REDUCE_ONLY)
    bench.submit(3, SELL, 2)
    assert bench.market(printed(BUY, 105, 9)) == [(2, "CANCELED", Reason.POSITION_REDUCED)]


def test_a_reduce_only_fill_or_kill_needs_a_position_large_enough() -> None:
    bench = ExchangeBench()
    bench.submit(1, BUY, 2)
    assert bench.submit(2, SELL, 3, 99, FOK, REDUCE_ONLY)[1] == (2, "CANCELED", Reason.FOK_UNFILLABLE)
    assert bench.submit(3, SELL, 2, 99, FOK, REDUCE_ONLY)[1] == (3, "FILLED", 100, 2, "taker")


# Recovery.


def test_places_are_counted_on_after_the_highest_has_left() -> None:
    bench, copy = ExchangeBench(), ExchangeBench()
    bench.submit(1, BUY, 3, 100)
    bench.submit(2, BUY, 1)
    state = bench.exchange.save()
    copy.exchange.load(state, snapshot([(100, 5), (99, 7), (98, 9)], [(102, 4), (103, 6), (105, 8)]))
    copy.now_ns = bench.now_ns
    assert copy.exchange.save() == state
    for each in (bench, copy):
        each.submit(3, BUY, 3, 99)
    assert copy.exchange.save() == bench.exchange.save()


def test_a_state_saved_before_places_were_counted_on_can_be_loaded() -> None:
    bench, copy = ExchangeBench(), ExchangeBench()
    bench.submit(1, BUY, 3, 100)
    state = bench.exchange.save()
    copy.exchange.load(msgspec.msgpack.encode(msgspec.msgpack.decode(state)[:-1]), snapshot([(100, 5)], [(102, 4)]))
    assert copy.exchange.save() == state


def test_a_saved_state_that_is_none_is_refused() -> None:
    with pytest.raises(InputError):
        ExchangeBench().exchange.load(b"\xc1", snapshot([], []))
