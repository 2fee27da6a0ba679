"""Whatever is asked, both kernels state the same events and hold the same state, byte for byte."""

from __future__ import annotations

import pytest
from command_strategies import (
    MARKET,
    accounts,
    cancels,
    controls,
    definitions,
    instruments,
    limit_changes,
    market_updates,
    mass_cancels,
    new_orders,
    order_ids,
    pauses_ns,
    replaces,
    reports,
    strategies,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace
from participant_strategies import participant_commands

from cambist.domain.commands import AdvanceTime, NewOrder
from cambist.domain.errors import InvariantBroken, ValueOutOfRange
from cambist.domain.message import Command
from cambist.engine.native import NativeKernel, is_installed
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import decode_all, encode
from cambist.testing.builders import START_NS
from cambist.testing.random_commands import RandomCommands

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)


class BothKernels:
    """Two kernels that are asked the same."""

    def __init__(self) -> None:
        self.native = NativeKernel()
        self.reference = ReferenceKernel()
        self.now_ns = START_NS
        self.order_ids: list[int] = []

    def apply(self, *commands: Command) -> None:
        """Stamp commands, apply them as one batch to both, and compare what comes back."""
        first = self.native.sequence + 1
        stamped = [replace(command, sequence=first + n, now_ns=self.now_ns) for n, command in enumerate(commands)]
        self.order_ids += [command.sequence for command in stamped if isinstance(command, NewOrder)]
        self.apply_packed(b"".join(map(encode, stamped)))

    def apply_packed(self, batch: bytes) -> None:
        """The same for packed commands."""
        expected = self.reference.apply_batch(batch)
        given = self.native.apply_batch(batch)
        assert list(decode_all(given)) == list(decode_all(expected))
        assert given == expected

    def compare(self) -> None:
        """Both hold the same state."""
        assert self.native.snapshot() == self.reference.snapshot()
        assert self.native.state_hash() == self.reference.state_hash()

    def exchange(self) -> None:
        """Both go on from each other's snapshot."""
        native, reference = self.native.snapshot(), self.reference.snapshot()
        self.native = NativeKernel.restore(reference)
        self.reference = ReferenceKernel.restore(native)


class KernelsAgree(RuleBasedStateMachine):
    """Each rule asks both for the same thing."""

    def __init__(self) -> None:
        super().__init__()
        self.both = BothKernels()

    def _known_ids(self) -> st.SearchStrategy[int]:
        known = self.both.order_ids[-12:]
        return st.one_of(st.sampled_from(known), st.sampled_from(known), order_ids) if known else order_ids

    @initialize()
    def open_the_market(self) -> None:
        self.both.apply(*MARKET)

    @rule(data=st.data(), count=st.integers(1, 6))
    def orders(self, data: st.DataObject, count: int) -> None:
        self.both.apply(*(data.draw(new_orders(self.both.now_ns)) for _ in range(count)))

    @rule(data=st.data())
    def an_order(self, data: st.DataObject) -> None:
        self.both.apply(data.draw(new_orders(self.both.now_ns)))

    @rule(data=st.data())
    def a_cancel(self, data: st.DataObject) -> None:
        self.both.apply(data.draw(cancels(self._known_ids())))

    @rule(data=st.data())
    def an_amendment(self, data: st.DataObject) -> None:
        self.both.apply(data.draw(replaces(self._known_ids())))

    @rule(data=st.data())
    def a_report(self, data: st.DataObject) -> None:
        self.both.apply(data.draw(reports(self._known_ids())))

    @rule(command=st.one_of(market_updates, mass_cancels, limit_changes, controls, definitions))
    def anything_else(self, command: Command) -> None:
        self.both.apply(command)

    @rule(command=participant_commands(accounts, strategies, instruments))
    def participants(self, command: Command) -> None:
        self.both.apply(command)

    @rule(pause_ns=pauses_ns)
    def time_passes(self, pause_ns: int) -> None:
        self.both.now_ns += pause_ns
        self.both.apply(AdvanceTime())

    @rule()
    def restart(self) -> None:
        self.both.exchange()

    @invariant()
    def states_are_equal(self) -> None:
        self.both.compare()


KernelsAgree.TestCase.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestKernelsAgreeOnAnything = KernelsAgree.TestCase


@pytest.mark.parametrize("seed", range(100, 104))
def test_kernels_agree_over_a_long_run_in_batches(seed: int) -> None:
    both = BothKernels()
    packed = [encode(command) for command in RandomCommands(seed).stream(2_000, START_NS)]
    for start in range(0, len(packed), 50):
        both.apply_packed(b"".join(packed[start : start + 50]))
        both.exchange()
    both.compare()


def _outcome(kernel: NativeKernel | ReferenceKernel, batch: bytes) -> bytes | type[Exception]:
    try:
        return kernel.apply_batch(batch)
    except (ValueOutOfRange, InvariantBroken) as error:
        return type(error)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 50), at=st.integers(0, 1 << 20), bits=st.integers(1, 255))
def test_kernels_refuse_the_same_damaged_bytes(seed: int, at: int, bits: int) -> None:
    both = BothKernels()
    batch = bytearray(b"".join(encode(command) for command in RandomCommands(seed).stream(12, START_NS)))
    batch[at % len(batch)] ^= bits
    assert _outcome(both.native, bytes(batch)) == _outcome(both.reference, bytes(batch))
    both.compare()


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 20), at=st.integers(0, 1 << 20), bits=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_snapshot_never_brings_the_process_down(seed: int, at: int, bits: int, cut: bool) -> None:
    kernel = NativeKernel()
    for command in RandomCommands(seed).stream(120, START_NS):
        kernel.apply(command)
    snapshot = bytearray(kernel.snapshot())
    snapshot[at % len(snapshot)] ^= bits
    damaged = bytes(snapshot[: at % len(snapshot)]) if cut else bytes(snapshot)
    try:
        NativeKernel.restore(damaged)
    except ValueOutOfRange as error:
        assert "snapshot" in error.message
