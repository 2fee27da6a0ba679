"""Long random streams of commands of every kind: nothing contradicts itself, and derived sums stay true."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cambist.domain import events
from cambist.domain.exposure import Exposure
from cambist.domain.message import Command
from cambist.domain.reasons import Reason
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import RECORD_TYPES, decode_all, encode
from cambist.testing.builders import START_NS
from cambist.testing.kernel_factory import kernel_factory
from cambist.testing.random_commands import RandomCommands
from cambist.testing.random_groups import RandomGroups
from cambist.testing.random_outside import RandomOutside

COMMANDS_PER_STREAM = 1_500
GROUP_COMMANDS_PER_STREAM = 300
SEEDS = range(16)


def _exposures(kernel: ReferenceKernel) -> list[Exposure]:
    state = kernel._state
    return [scope.exposure for table in (state.accounts, state.strategies) for _, scope in sorted(table.items())]


@pytest.mark.parametrize("seed", SEEDS)
def test_running_sums_are_those_of_a_restored_engine(seed: int) -> None:
    kernel = ReferenceKernel()
    for command in RandomCommands(seed).stream(COMMANDS_PER_STREAM, START_NS):
        kernel.apply(command)
        if command.sequence % 50 == 0:
            restored = ReferenceKernel.restore(kernel.snapshot())
            assert _exposures(restored) == _exposures(kernel)
            assert restored.snapshot() == kernel.snapshot()


def groups(seed: int) -> Iterator[Command]:
    """Orders of one group meet seldom elsewhere."""
    return RandomGroups(seed).stream(GROUP_COMMANDS_PER_STREAM, START_NS)


def outside(seed: int) -> Iterator[Command]:
    """What an outside venue refuses, too."""
    return RandomOutside(seed).stream(GROUP_COMMANDS_PER_STREAM, START_NS)


def test_streams_reach_every_kind_of_event_and_every_reason() -> None:
    kinds: set[int] = set()
    reasons: set[int] = set()
    for seed in SEEDS:
        for stream in (RandomCommands(seed).stream(COMMANDS_PER_STREAM, START_NS), groups(seed), outside(seed)):
            kernel = ReferenceKernel()
            for event in (event for command in stream for event in kernel.apply(command)):
                kinds.add(event.kind)
                reasons.add(getattr(event, "reason", 0))
                assert list(decode_all(encode(event))) == [event]
    assert {kind for kind in RECORD_TYPES if kind >= events.OrderSubmitted.kind} == kinds
    # The engine's reasons end where those of the surfaces begin.
    engine_reasons = {reason for reason in Reason if Reason.NONE < reason < Reason.INVALID_REQUEST}
    assert engine_reasons - reasons == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rust_kernel_says_the_same(seed: int) -> None:
    native = kernel_factory("native")
    if native is None:
        pytest.skip("the Rust kernel is not installed: build it with 'make kernel'")
    reference, kernel = ReferenceKernel(), native.empty()
    for command in RandomCommands(seed).stream(COMMANDS_PER_STREAM, START_NS):
        packed = encode(command)
        assert list(decode_all(kernel.apply_batch(packed))) == [command, *reference.apply(command)]
        if command.sequence % 25 == 0:
            assert kernel.state_hash() == reference.state_hash()
            kernel = native.restore(reference.snapshot())
    assert kernel.snapshot() == reference.snapshot()
