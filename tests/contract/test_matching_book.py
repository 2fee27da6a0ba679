"""The book without the desk: the canonical workload call by call, and what the engine does with the same orders."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cambist.bootstrap.desk_orders import START_NS, market, order
from cambist.bootstrap.matching_workload import matching_workload
from cambist.domain.commands import CancelOrder, OpenAccount, ReplaceOrder
from cambist.domain.events import BookDelta, Trade
from cambist.domain.message import Command
from cambist.domain.vocabulary import AccountKind, OrderType, Side, TimeInForce
from cambist.engine.kernel import Kernel
from cambist.engine.kernels import open_kernel
from cambist.engine.native import open_matching_book
from cambist.engine.workload import OPERATION

pytest.importorskip("cambist_kernel", reason="the Rust kernel is not installed: build it with 'make kernel'")

MEMBERS = {Side.BUY: 10, Side.SELL: 11}
EVERYTHING = 2**39
PAGE = Path(__file__).parents[2] / "docs" / "matching-book.md"
_FNV_START, _FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3

Fills = list[tuple[int, int, int]]


def fnv(value: int, *words: int) -> int:
    for word in words:
        value = (value ^ word) * _FNV_PRIME % 2**64
    return value


def test_single_calls_give_the_trades_and_the_book_of_the_canonical_workload() -> None:
    book, trades_fnv = open_matching_book(), _FNV_START
    for op, side, _, qty, price, order_id in OPERATION.iter_unpack(matching_workload(20_000)):
        if op:
            assert book.cancel(order_id) > 0
            continue
        for maker_id, maker_price, fill_qty in book.limit(order_id, side, price, qty):
            trades_fnv = fnv(trades_fnv, maker_id, order_id, maker_price, fill_qty)
    book_fnv = _FNV_START
    for row in book.orders():
        book_fnv = fnv(book_fnv, *row)
    assert (f"{trades_fnv:016x}", f"{book_fnv:016x}") == ("b0586361ad679432", "09b5907e804256c9")


@dataclass
class Engine:
    """A market of the whole engine with one member that buys and one that sells, so that all orders are plain."""

    kernel: Kernel
    levels: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    filled: dict[int, int] = field(default_factory=dict)

    def apply(self, command: Command) -> Fills:
        """Send a command; the fills of the order it brings."""
        sequence = self.kernel.sequence + 1
        fills = []
        for event in self.kernel.apply(replace(command, sequence=sequence, now_ns=START_NS + sequence)):
            if isinstance(event, Trade):
                fills.append((event.maker_order_id, event.price, event.qty))
                for order_id in (event.maker_order_id, event.taker_order_id):
                    self.filled[order_id] = self.filled.get(order_id, 0) + event.qty
            elif isinstance(event, BookDelta):
                self.levels[event.side, event.price] = (event.qty, event.order_count)
        return fills


def opened(name: str) -> Engine:
    engine = Engine(open_kernel(name))
    engine.apply(replace(market()[0], max_order_qty=2**40 - 1))
    for side, account_id in MEMBERS.items():
        engine.apply(OpenAccount(account_id=account_id, account_kind=AccountKind.MEMBER, name=side.name.lower()))
    return engine


sides = st.sampled_from(Side)
prices = st.integers(95, 105)
quantities = st.integers(1, 20)
steps = st.one_of(
    st.tuples(st.just("limit"), sides, prices, quantities),
    st.tuples(st.just("market"), sides, st.just(0), quantities),
    st.tuples(st.just("cancel"), sides, st.integers(0, 50), st.just(0)),
    st.tuples(st.just("replace"), st.integers(0, 50), prices, quantities),
)


@pytest.mark.parametrize("name", ["python", "native"])
@given(st.lists(steps, max_size=40))
def test_the_book_does_what_the_engine_does(name: str, chosen: list[tuple[str, Any, int, int]]) -> None:
    engine, book = opened(name), open_matching_book()
    everything = [("market", side, 0, EVERYTHING) for side in Side]
    for step in [*chosen, *everything]:
        _compare(engine, book, step)
    assert book.orders() == []


def _compare(engine: Engine, book: Any, step: tuple[str, Any, int, int]) -> None:
    kind, side, price, qty = step
    live = book.orders()
    if kind == "limit":
        command = order(side, qty, price, account_id=MEMBERS[side])
        expected = engine.apply(command)
        assert list(book.limit(engine.kernel.sequence, side, price, qty)) == expected
    elif kind == "market":
        command = order(side, qty, 0, account_id=MEMBERS[side], time_in_force=TimeInForce.IOC)
        assert engine.apply(replace(command, order_type=OrderType.MARKET)) == list(book.market(side, qty))
    elif live and kind == "cancel":
        side, _, order_id, open_qty = live[price % len(live)]
        assert engine.apply(CancelOrder(account_id=MEMBERS[side], order_id=order_id)) == []
        assert (book.cancel(order_id), book.cancel(order_id)) == (open_qty, 0)
    elif live:
        own_side, _, order_id, _ = live[side % len(live)]
        total = qty + engine.filled.get(order_id, 0)
        command = ReplaceOrder(account_id=MEMBERS[own_side], order_id=order_id, price=price, qty=total)
        assert engine.apply(command) == list(book.replace(order_id, price, qty))
    assert {level: book.level(*level) for level in engine.levels} == engine.levels
    for shown in Side:
        best = [price for (of_side, price), (qty, _) in engine.levels.items() if of_side == shown and qty]
        assert book.best(shown) == (max(best, default=0) if shown == Side.BUY else min(best, default=0))


def test_what_is_refused_has_not_happened() -> None:
    book = open_matching_book()
    assert book.limit(7, Side.SELL, 100, 5) == ()
    refused: list[Callable[[], object]] = [
        lambda: book.limit(7, Side.BUY, 100, 5),
        lambda: book.limit(8, 2, 100, 5),
        lambda: book.limit(8, Side.BUY, 0, 5),
        lambda: book.limit(8, Side.BUY, 2**40, 5),
        lambda: book.limit(8, Side.BUY, 100, 0),
        lambda: book.market(Side.BUY, -1),
        lambda: book.replace(7, 100, 2**40),
        lambda: book.limit(-1, Side.BUY, 100, 5),
    ]
    for call in refused:
        with pytest.raises((ValueError, OverflowError)):
            call()
    assert book.orders() == [(1, 100, 7, 5)]
    assert book.replace(9, 100, 5) is None


def test_calls_that_do_nothing_do_nothing() -> None:
    book = open_matching_book()
    assert (book.limit_nothing(1, Side.BUY, 100, 5), book.cancel_nothing(1), book.orders()) == ((), 0, [])


def test_the_worked_example_is_true() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    checked = 0
    for line in example.splitlines():
        call, _, claim = (part.strip() for part in line.partition("#"))
        if not claim:
            exec(call, names)
            continue
        assert eval(call, names) == eval(claim.partition(":")[0]), line
        checked += 1
    assert checked == 6
