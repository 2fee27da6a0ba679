"""The canonical matching workload: the generator's bytes, and what every kernel makes of them.

The expected figures are those of an independent replay: plain lists, and the best price found by looking at all.
"""

from __future__ import annotations

import hashlib

import pytest

from cambist.bootstrap.matching_workload import matching_workload
from cambist.domain.errors import ValueOutOfRange
from cambist.engine.kernels import workload_of
from cambist.engine.workload import CANCEL, NEW, OPERATION, WorkloadResult
from cambist.testing.kernel_factory import KernelFactory

OPS = 20_000
OPS_SHA256 = "b54b5e8e6d1bdc6061ac18a86c7e6fea2311d4d5ae3e2a96f9472d2535c625b0"
EXPECTED = WorkloadResult(
    ops=OPS,
    trades=1_706,
    volume=91_459,
    notional=4_572_751_527,
    missed_cancels=0,
    resting_orders=3_673,
    trades_fnv="b0586361ad679432",
    book_fnv="09b5907e804256c9",
)


@pytest.fixture(scope="module")
def ops() -> bytes:
    return matching_workload(OPS)


def test_the_generator_gives_the_canonical_bytes(ops: bytes) -> None:
    assert hashlib.sha256(ops).hexdigest() == OPS_SHA256


def test_another_seed_gives_another_market() -> None:
    assert matching_workload(500, seed=7) != matching_workload(500)


def test_every_kernel_gives_the_expected_trades_and_book(ops: bytes, kernel_factory: KernelFactory) -> None:
    assert workload_of(kernel_factory.name)(ops) == EXPECTED


def test_a_cancel_of_an_order_that_is_gone_is_counted(kernel_factory: KernelFactory) -> None:
    ops = OPERATION.pack(NEW, 0, 0, 5, 100, 1) + OPERATION.pack(CANCEL, 0, 0, 0, 100, 1) * 2
    result = workload_of(kernel_factory.name)(ops)
    assert (result.missed_cancels, result.resting_orders) == (1, 0)


@pytest.mark.parametrize(
    "ops",
    [
        pytest.param(OPERATION.pack(NEW, 0, 0, 5, 100, 1)[:-1], id="cut off"),
        pytest.param(OPERATION.pack(2, 0, 0, 5, 100, 1), id="unknown operation"),
        pytest.param(OPERATION.pack(NEW, 2, 0, 5, 100, 1), id="unknown side"),
        pytest.param(OPERATION.pack(NEW, 0, 0, 0, 100, 1), id="no quantity"),
        pytest.param(OPERATION.pack(NEW, 0, 0, 5, 0, 1), id="no price"),
        pytest.param(OPERATION.pack(NEW, 0, 0, 5, 2**40, 1), id="a price beyond all"),
        pytest.param(OPERATION.pack(NEW, 0, 0, 5, 100, 1) * 2, id="the id of a live order"),
    ],
)
def test_bytes_in_another_format_are_refused(ops: bytes, kernel_factory: KernelFactory) -> None:
    with pytest.raises(ValueOutOfRange):
        workload_of(kernel_factory.name)(ops)
