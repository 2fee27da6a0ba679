"""What every kernel does with stamps, bytes and snapshots that are not as they should be."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cambist.domain.commands import AdvanceTime, SetPhase
from cambist.domain.errors import InvariantBroken, ValueOutOfRange
from cambist.domain.events import PhaseChanged
from cambist.domain.message import Command
from cambist.domain.vocabulary import Phase, Side
from cambist.engine.kernel import ENGINE_VERSION
from cambist.protocols.records import decode_all, encode, encode_all
from cambist.testing.builders import START_NS, KernelDriver, define_instrument, limit_order, open_desk_account
from cambist.testing.kernel_factory import KernelFactory


def stamped(command: Command, sequence: int, now_ns: int = START_NS) -> Command:
    return replace(command, sequence=sequence, now_ns=now_ns)


def test_an_empty_kernel_stands_at_zero(kernel_factory: KernelFactory) -> None:
    kernel = kernel_factory.empty()
    assert (kernel.name, kernel.sequence, kernel.event_sequence, kernel.now_ns) == (kernel_factory.name, 0, 0, 0)
    assert kernel.state_hash() == kernel_factory.restore(kernel.snapshot()).state_hash()
    assert len(kernel.state_hash()) == 16


@pytest.mark.parametrize(
    ("sequence", "now_ns"), [(0, START_NS), (1, START_NS), (3, START_NS), (2, START_NS - 1), (2, 1 << 62)]
)
def test_a_gap_or_a_step_back_in_time_applies_nothing(
    kernel_factory: KernelFactory, sequence: int, now_ns: int
) -> None:
    kernel = kernel_factory.empty()
    kernel.apply(stamped(AdvanceTime(), 1))
    before = kernel.snapshot()
    with pytest.raises(InvariantBroken):
        kernel.apply(stamped(AdvanceTime(), sequence, now_ns))
    assert kernel.snapshot() == before
    kernel.apply(stamped(AdvanceTime(), 2))


def test_a_batch_with_a_gap_applies_nothing_at_all(kernel_factory: KernelFactory) -> None:
    kernel = kernel_factory.empty()
    with pytest.raises(InvariantBroken):
        kernel.apply_batch(encode_all([stamped(AdvanceTime(), 1), stamped(AdvanceTime(), 3)]))
    assert kernel.sequence == 0


@pytest.mark.parametrize("damage", ["cut", "kind", "event", "enumeration", "text", "tail"])
def test_damaged_bytes_apply_nothing(kernel_factory: KernelFactory, damage: str) -> None:
    good = encode(stamped(define_instrument(), 1))
    phase = encode(stamped(SetPhase(instrument_id=1, phase=Phase.CLOSED), 2))
    bad = {
        "cut": phase[:-8],
        "kind": phase[:4] + b"\x3f" + phase[5:],
        "event": encode(PhaseChanged(instrument_id=1, phase=Phase.CLOSED)),
        "enumeration": phase[:28] + b"\x09" + phase[29:],
        "text": good[:-8] + b"\xff" + good[-7:],
        "tail": phase + b"\0\0\0",
    }[damage]
    kernel = kernel_factory.empty()
    with pytest.raises(ValueOutOfRange):
        kernel.apply_batch(good + bad)
    assert kernel.sequence == 0
    assert next(decode_all(kernel.apply_batch(good))).sequence == 1


def test_an_empty_batch_is_nothing(kernel_factory: KernelFactory) -> None:
    assert kernel_factory.empty().apply_batch(b"") == b""


def test_a_snapshot_of_another_version_or_of_something_else_is_refused(kernel_factory: KernelFactory) -> None:
    snapshot = kernel_factory.empty().snapshot()
    other = snapshot[:8] + (ENGINE_VERSION + 1).to_bytes(4, "little") + snapshot[12:]
    for data in (other, b"", b"CMBSNAP1", snapshot[:-1], snapshot + b"\0", b"X" + snapshot[1:]):
        with pytest.raises(ValueOutOfRange):
            kernel_factory.restore(data)


def test_the_hash_moves_with_the_state_and_only_with_it(kernel_factory: KernelFactory) -> None:
    driver, other = KernelDriver(kernel_factory.empty()), KernelDriver(kernel_factory.empty())
    for each in (driver, other):
        each.apply_all([define_instrument(), *open_desk_account()])
    assert driver.kernel.state_hash() == other.kernel.state_hash()
    driver.place(limit_order(Side.BUY, 1, 100))
    assert driver.kernel.state_hash() != other.kernel.state_hash()
    other.place(limit_order(Side.BUY, 1, 100))
    assert driver.kernel.state_hash() == other.kernel.state_hash()
