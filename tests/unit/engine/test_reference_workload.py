"""The bare matching workload on the reference book."""

from __future__ import annotations

import pytest

from cambist.domain.errors import ValueOutOfRange
from cambist.engine.reference.workload import replay_workload
from cambist.engine.workload import CANCEL, NEW, OPERATION


def operation(op: int, side: int, qty: int, price: int, order_id: int) -> bytes:
    return OPERATION.pack(op, side, 0, qty, price, order_id)


def fnv(*words: int) -> str:
    value = 0xCBF29CE484222325
    for word in words:
        value = (value ^ word) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def test_trades_are_at_the_makers_price_in_priority_order() -> None:
    ops = b"".join(
        [
            operation(NEW, 1, 5, 101, 1),
            operation(NEW, 1, 5, 100, 2),
            operation(NEW, 0, 7, 101, 3),
            operation(NEW, 0, 2, 99, 4),
            operation(CANCEL, 0, 0, 99, 4),
            operation(CANCEL, 0, 0, 99, 4),
        ]
    )
    result = replay_workload(ops)
    assert (result.ops, result.trades, result.volume, result.notional) == (6, 2, 7, 5 * 100 + 2 * 101)
    assert (result.missed_cancels, result.resting_orders) == (1, 1)
    assert result.trades_fnv == fnv(2, 3, 100, 5, 1, 3, 101, 2)
    assert result.book_fnv == fnv(1, 101, 1, 3)


def test_an_empty_workload_has_empty_hashes() -> None:
    result = replay_workload(b"")
    assert (result.ops, result.trades_fnv, result.book_fnv) == (0, fnv(), fnv())


@pytest.mark.parametrize(
    "ops",
    [
        b"x",
        operation(2, 0, 1, 1, 1),
        operation(NEW, 2, 1, 1, 1),
        operation(NEW, 0, 0, 1, 1),
        operation(NEW, 0, 1, 0, 1),
        operation(NEW, 0, 1, 1, 1) * 2,
    ],
)
def test_what_is_not_in_the_format_is_refused(ops: bytes) -> None:
    with pytest.raises(ValueOutOfRange):
        replay_workload(ops)
