"""The synthetic market in Rust sends and saves what the one in Python does, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from cambist.domain.commands import SetPhase
from cambist.domain.errors import InputError
from cambist.domain.message import Event
from cambist.domain.vocabulary import Phase
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.venues.synthetic import NativeSyntheticMarket, SyntheticMarket
from cambist.testing.builders import START_NS, KernelDriver

pytest.importorskip("cambist_kernel")
RATE = 500


@dataclass
class Pair:
    """Both markets on one engine, which hears the first one's commands once the second one's were the same."""

    python: SyntheticMarket
    native: NativeSyntheticMarket
    driver: KernelDriver = field(default_factory=lambda: KernelDriver(open_kernel("native"), START_NS))

    @classmethod
    def of(cls, seed: int) -> Pair:
        made = cls(SyntheticMarket(seed, START_NS, RATE), NativeSyntheticMarket(seed, START_NS, RATE))
        assert made.native.definitions() == made.python.definitions()
        made.tell(made.driver.apply_all(made.python.definitions()))
        return made

    def tell(self, events: list[Event]) -> None:
        self.python.on_events(events)
        self.native.on_events(events)

    def act(self) -> None:
        now_ns = self.python.next_ns()
        assert now_ns is not None
        assert self.native.next_ns() == now_ns
        commands = self.python.advance(now_ns).commands
        assert self.native.advance(now_ns).commands == commands
        self.driver.now_ns = max(self.driver.now_ns, now_ns)
        self.tell(self.driver.apply_all(commands))


@pytest.fixture(params=[0, 1, 7, (1 << 64) - 1])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    yield Pair.of(request.param)


def test_both_send_the_same_commands_and_save_the_same_state(pair: Pair) -> None:
    for turn in range(1_500):
        pair.act()
        if turn % 100 == 0:
            assert pair.native.save() == pair.python.save()


def test_each_carries_on_from_the_others_saved_state(pair: Pair) -> None:
    for _ in range(300):
        pair.act()
    from_python, from_native = pair.python.save(), pair.native.save()
    pair.native, pair.python = NativeSyntheticMarket(99, 0, RATE), SyntheticMarket(98, 0, RATE)
    pair.native.load(from_python)
    pair.python.load(from_native)
    for _ in range(300):
        pair.act()


def test_both_leave_an_instrument_alone_that_is_halted(pair: Pair) -> None:
    for turn in range(600):
        if turn % 200 == 100:
            phase = Phase.HALTED if turn % 400 == 100 else Phase.CONTINUOUS
            pair.tell(pair.driver.apply(SetPhase(instrument_id=1, phase=phase)))
        pair.act()


@pytest.mark.parametrize("state", [b"", b"\x90", b"\x95\x01\x02\xc3\x90\x90", b"no state"])
def test_bytes_that_are_no_state_are_refused_alike(state: bytes) -> None:
    for market in (SyntheticMarket(1, START_NS, RATE), NativeSyntheticMarket(1, START_NS, RATE)):
        with pytest.raises(InputError):
            market.load(state)
