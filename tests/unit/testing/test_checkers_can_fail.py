"""Each checker accepts an honest run and refuses one that was tampered with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from cambist.domain import events as facts
from cambist.domain.commands import SetFees, SetPhase
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import OrderFlag, Phase, Side
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import encode_all
from cambist.protocols.snapshot import AccountRow, OrderRow, PositionRow, RestingRow, Sections, decode_snapshot
from cambist.testing.builders import (
    KernelDriver,
    define_instrument,
    limit_order,
    market_order,
    open_desk_account,
    open_member,
)
from cambist.testing.checkers.acknowledgements import NothingAcknowledgedIsLost
from cambist.testing.checkers.cash import CashConserved
from cambist.testing.checkers.checker import Checker, Violation
from cambist.testing.checkers.crossing import BookNotCrossed
from cambist.testing.checkers.event_sequences import EventSequences
from cambist.testing.checkers.positions import PositionsSumToZero
from cambist.testing.checkers.priority import PriorityKept
from cambist.testing.checkers.quantities import QuantityConserved
from cambist.testing.checkers.replay import ReplayEqualsState

Story = list[tuple[Command, list[Event]]]
Tampering = Callable[[Event], Event | None]


@pytest.fixture(scope="module")
def driver() -> KernelDriver:
    """Two orders of one price, a better one, a hidden one; then somebody takes from them."""
    driver = KernelDriver(ReferenceKernel())
    driver.apply_all([define_instrument(), *open_desk_account(), open_member(2), open_member(3, "other")])
    driver.apply(SetFees(account_id=1, instrument_id=0, maker_fee=100, taker_fee=500))
    driver.place(limit_order(Side.SELL, 4, 101, account_id=2))
    driver.place(limit_order(Side.SELL, 4, 101, account_id=2, flags=OrderFlag.HIDDEN))
    driver.place(limit_order(Side.SELL, 4, 101, account_id=3))
    driver.place(limit_order(Side.SELL, 2, 100, account_id=3))
    driver.place(limit_order(Side.BUY, 5, 99))
    driver.place(limit_order(Side.BUY, 5, 101))
    driver.place(limit_order(Side.BUY, 3, 98, account_id=2))
    driver.replace(11, 2, 99)
    driver.advance(1_000_000_000)
    return driver


@pytest.fixture
def story(driver: KernelDriver) -> Story:
    replica = ReferenceKernel()
    return [(command, replica.apply(command)) for command in driver.commands]


@pytest.fixture
def sections(driver: KernelDriver) -> Sections:
    return decode_snapshot(driver.kernel.snapshot())[1]


def feed(checker: Checker, story: Story, tamper: Tampering = lambda event: event) -> None:
    for command, events in story:
        checker.take(command, [changed for event in events if (changed := tamper(event)) is not None])


def changing(kind: type[Event], which: Callable[[Any], bool] = lambda _: True, **fields: Any) -> Tampering:
    """Give these fields of the first such event other values."""
    done: list[Event] = []

    def tamper(event: Event) -> Event:
        if not done and isinstance(event, kind) and which(event):
            done.append(event)
            return replace(event, **fields)
        return event

    return tamper


def dropping(kind: type[Event], which: Callable[[Any], bool] = lambda _: True) -> Tampering:
    """Leave such events out."""
    return lambda event: None if isinstance(event, kind) and which(event) else event


CHECKERS = [EventSequences, QuantityConserved, PositionsSumToZero, CashConserved, BookNotCrossed, PriorityKept]


@pytest.mark.parametrize("kind", CHECKERS)
def test_an_honest_run_is_accepted(kind: type[Checker], story: Story, sections: Sections) -> None:
    checker = kind()
    feed(checker, story)
    checker.look(sections)


def of_order(order_id: int) -> Callable[[Any], bool]:
    return lambda event: event.order_id == order_id


@pytest.mark.parametrize(
    ("kind", "tamper"),
    [
        (EventSequences, dropping(facts.OrderAccepted)),
        (EventSequences, changing(facts.Trade, now_ns=1)),
        (EventSequences, changing(facts.Trade, trade_id=2)),
        (QuantityConserved, changing(facts.OrderFilled, last_qty=1)),
        (QuantityConserved, changing(facts.OrderFilled, leaves_qty=1)),
        (QuantityConserved, changing(facts.OrderReplaced, leaves_qty=9)),
        (QuantityConserved, changing(facts.Trade, qty=1)),
        (QuantityConserved, changing(facts.OrderFilled, order_id=13)),
        (PositionsSumToZero, changing(facts.OrderFilled, side=Side.BUY)),
        (PositionsSumToZero, dropping(facts.OrderFilled, lambda fill: fill.account_id == 3)),
        (PositionsSumToZero, changing(facts.PositionOpened, qty=9)),
        (CashConserved, changing(facts.OrderFilled, last_price=1)),
        (CashConserved, changing(facts.OrderFilled, lambda fill: fill.account_id == 1, commission=0)),
        (CashConserved, changing(facts.PositionChanged, total_realised_pnl=1)),
        (CashConserved, changing(facts.AccountValued, balance=1)),
        (CashConserved, changing(facts.BalanceChanged, amount=1)),
        (BookNotCrossed, changing(facts.BookDelta, lambda level: level.side is Side.BUY, price=105)),
        (PriorityKept, changing(facts.OrderAccepted, of_order(7), order_id=0)),
        (PriorityKept, changing(facts.Trade, price=101)),
        (PriorityKept, changing(facts.Trade, maker_order_id=7, price=101)),
        (PriorityKept, changing(facts.Trade, lambda trade: trade.price == 101, maker_order_id=8)),
        (PriorityKept, changing(facts.Trade, lambda trade: trade.price == 101, maker_order_id=9)),
    ],
)
def test_what_was_tampered_with_is_refused(kind: type[Checker], tamper: Tampering, story: Story) -> None:
    with pytest.raises(Violation):
        feed(kind(), story, tamper)


@pytest.fixture(scope="module")
def auction() -> Story:
    """An auction with a MARKET order, two bids of one price, a hidden one there, and a better one: all trade."""
    driver, replica = KernelDriver(ReferenceKernel()), ReferenceKernel()
    driver.apply_all([define_instrument(phase=Phase.OPENING_AUCTION), *(open_member(id, f"m{id}") for id in (2, 3))])
    driver.place(limit_order(Side.BUY, 4, 100, account_id=2))
    driver.place(limit_order(Side.BUY, 4, 100, account_id=2, flags=OrderFlag.HIDDEN))
    driver.place(limit_order(Side.BUY, 4, 100, account_id=2))
    driver.place(limit_order(Side.BUY, 2, 101, account_id=2))
    driver.place(market_order(Side.BUY, 3, account_id=2))
    driver.place(limit_order(Side.SELL, 15, 99, account_id=3))
    driver.apply(SetPhase(instrument_id=1, phase=Phase.CONTINUOUS))
    return [(command, replica.apply(command)) for command in driver.commands]


FIRST, HIDDEN, SECOND, BETTER, MARKET, OFFER = range(4, 10)


def test_an_honest_auction_is_accepted(auction: Story) -> None:
    trades = [event for _, events in auction for event in events if isinstance(event, facts.Trade)]
    feed(PriorityKept(), auction)
    assert [trade.taker_order_id for trade in trades] == [MARKET, BETTER, FIRST, SECOND, HIDDEN]
    assert {trade.maker_order_id for trade in trades} == {OFFER}


@pytest.mark.parametrize(
    ("from_order", "to_order"),
    [(MARKET, BETTER), (BETTER, FIRST), (FIRST, SECOND), (SECOND, HIDDEN), (MARKET, 99)],
)
def test_an_auction_that_serves_somebody_before_his_turn_is_refused(
    auction: Story, from_order: int, to_order: int
) -> None:
    tamper = changing(facts.Trade, lambda trade: trade.taker_order_id == from_order, taker_order_id=to_order)
    with pytest.raises(Violation):
        feed(PriorityKept(), auction, tamper)


def test_a_trade_beyond_a_limit_is_refused(auction: Story) -> None:
    with pytest.raises(Violation, match="beyond the limit"):
        feed(PriorityKept(), auction, changing(facts.Trade, price=98))


def row_changed(sections: Sections, kind: type[Any], **fields: Any) -> Sections:
    return {**sections, kind: [replace(sections[kind][0], **fields), *sections[kind][1:]]}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (EventSequences, lambda rows: {key: [replace(row, sequence=1) for row in rows[key]] for key in list(rows)[:1]}),
        (QuantityConserved, lambda rows: row_changed(rows, RestingRow, leaves_qty=1)),
        (QuantityConserved, lambda rows: row_changed(rows, OrderRow, filled_qty=1)),
        (QuantityConserved, lambda rows: {**rows, RestingRow: rows[RestingRow][1:], OrderRow: []}),
        (PositionsSumToZero, lambda rows: row_changed(rows, PositionRow, qty=1)),
        (CashConserved, lambda rows: row_changed(rows, PositionRow, realised_pnl=1)),
        (CashConserved, lambda rows: row_changed(rows, AccountRow, balance=1)),
        (BookNotCrossed, lambda rows: row_changed(rows, RestingRow, displayed_qty=1)),
        (BookNotCrossed, lambda rows: row_changed(rows, RestingRow, price=150)),
        (PriorityKept, lambda rows: {**rows, RestingRow: rows[RestingRow][::-1]}),
    ],
)
def test_a_state_that_does_not_follow_is_refused(
    kind: type[Checker], change: Callable[[Sections], Sections], story: Story, sections: Sections
) -> None:
    checker = kind()
    feed(checker, story)
    with pytest.raises(Violation):
        checker.look(change(sections))


def records(story: Sequence[tuple[Command, list[Event]]]) -> list[bytes]:
    return [encode_all([command, *events]) for command, events in story]


def test_a_journal_that_ends_early_or_says_something_else_is_refused(story: Story) -> None:
    checker, told = NothingAcknowledgedIsLost(), records(story)
    checker.acknowledge(told)
    checker.recovered(len(told), 1, b"".join(told))
    checker.recovered(len(told), 4, b"".join(told[3:]))
    with pytest.raises(Violation, match="was acknowledged"):
        checker.recovered(len(told) - 1, 1, b"".join(told[:-1]))
    with pytest.raises(Violation, match="not what was acknowledged"):
        checker.recovered(len(told), 1, b"".join([told[0], *told[2:], told[1]]))


def test_a_replay_with_other_events_or_another_state_is_refused(story: Story, driver: KernelDriver) -> None:
    honest, tampered = ReplayEqualsState(), ReplayEqualsState()
    for (command, _), record in zip(story, records(story), strict=True):
        honest.take(command, record)
        tampered.take(command, record[:-1] + b"\1")
    honest.compare(ReferenceKernel, driver.kernel.state_hash())
    with pytest.raises(Violation, match="lead to"):
        honest.compare(ReferenceKernel, "0" * 16)
    with pytest.raises(Violation, match="other events"):
        tampered.compare(ReferenceKernel, driver.kernel.state_hash())
