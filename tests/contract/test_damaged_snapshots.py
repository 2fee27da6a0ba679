"""Bytes of a snapshot that were damaged on the way are refused with an error of ours, or are a snapshot themselves: of
the state that they describe, to the last byte. No damage brings a kernel down.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from cambist.domain.errors import ValueOutOfRange
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.participant_rows import TradeRow
from cambist.protocols.snapshot import AccountRow, decode_snapshot, encode_snapshot
from cambist.testing.builders import START_NS
from cambist.testing.kernel_factory import KERNEL_NAMES, KernelFactory
from cambist.testing.kernel_factory import kernel_factory as kernel_factory_of
from cambist.testing.random_commands import RandomCommands
from cambist.testing.random_groups import RandomGroups

STREAMS = (RandomCommands, RandomGroups)
FACTORIES = [factory for name in KERNEL_NAMES if (factory := kernel_factory_of(name)) is not None]
PATTERNS = (0x01, 0x80, 0xFF)
STEP = {"native": 11, "python": 97}
"""Every so many bytes, others with each pattern: the reference takes its time."""


@cache
def _snapshot(stream: type[RandomCommands | RandomGroups]) -> bytes:
    kernel = ReferenceKernel()
    for command in stream(4).stream(400, START_NS):
        kernel.apply(command)
    return kernel.snapshot()


def _damaged(snapshot: bytes, step: int) -> Iterator[bytes]:
    for offset, bits in enumerate(PATTERNS):
        for at in range(offset % step, len(snapshot), step):
            yield snapshot[:at] + bytes([snapshot[at] ^ bits]) + snapshot[at + 1 :]


@pytest.mark.parametrize("stream", STREAMS)
def test_flipped_bits_are_refused_or_are_another_state(
    kernel_factory: KernelFactory, stream: type[RandomCommands | RandomGroups]
) -> None:
    snapshot, refused = _snapshot(stream), 0
    for damaged in _damaged(snapshot, STEP[kernel_factory.name]):
        try:
            restored = kernel_factory.restore(damaged)
        except ValueOutOfRange as error:
            assert "snapshot" in error.message
            refused += 1
        else:
            assert restored.snapshot() == damaged
            assert restored.state_hash() != kernel_factory.restore(snapshot).state_hash()
    assert refused > 30


@pytest.mark.skipif(len(FACTORIES) < 2, reason="the Rust kernel is not installed")
@pytest.mark.parametrize("stream", STREAMS)
def test_both_kernels_take_and_refuse_the_same(stream: type[RandomCommands | RandomGroups]) -> None:
    verdicts = {
        tuple(_takes(factory, damaged) for factory in FACTORIES) for damaged in _damaged(_snapshot(stream), step=61)
    }
    assert verdicts == {(True, True), (False, False)}


def _takes(factory: KernelFactory, snapshot: bytes) -> bool:
    try:
        factory.restore(snapshot)
    except ValueOutOfRange:
        return False
    return True


@pytest.mark.parametrize("stream", STREAMS)
def test_a_snapshot_that_is_cut_off_anywhere_is_refused(
    kernel_factory: KernelFactory, stream: type[RandomCommands | RandomGroups]
) -> None:
    snapshot = _snapshot(stream)
    for end in range(0, len(snapshot), STEP[kernel_factory.name]):
        with pytest.raises(ValueOutOfRange):
            kernel_factory.restore(snapshot[:end])


def test_rows_in_another_order_are_refused(kernel_factory: KernelFactory) -> None:
    version, sections = decode_snapshot(_snapshot(RandomCommands))
    sections[AccountRow].reverse()
    with pytest.raises(ValueOutOfRange, match="contradict each other"):
        kernel_factory.restore(encode_snapshot(version, sections))


@pytest.mark.parametrize("missing", [1, -1])
def test_a_gap_among_the_last_trades_is_refused(kernel_factory: KernelFactory, missing: int) -> None:
    """What comes next takes the place behind them."""
    version, sections = decode_snapshot(_snapshot(RandomCommands))
    assert len(sections[TradeRow]) > 2
    del sections[TradeRow][missing]
    with pytest.raises(ValueOutOfRange, match="contradict each other"):
        kernel_factory.restore(encode_snapshot(version, sections))
