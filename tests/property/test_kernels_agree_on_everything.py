"""One market with everything in it: orders of all types, tied and alone, in all phases and modes, on instruments with
calendars, guards and breakers, spot and pro-rata, quoted, protected, halted, undone and restored. Both kernels state
the same events and hold the same state after each command.

The stories are made so that things happen: what must have happened in the end is asked too.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
import whole_market_controls as controls
import whole_market_orders as orders
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from msgspec.structs import replace
from whole_market import OPENING, Story, World

from cambist.domain import events
from cambist.domain.message import Command
from cambist.domain.participant_events import FillAdjusted, ProtectionTriggered, QuoteAccepted
from cambist.domain.session_events import AuctionUncrossed, InstrumentHalted
from cambist.engine.native import NativeKernel, is_installed
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import decode_all, encode

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)
MACHINES = int(os.environ.get("CAMBIST_MACHINES", "60"))
"""How many are made up: more by hand."""
STORIES: dict[str, tuple[int, st.SearchStrategy[Story]]] = {
    "order": (12, orders.singles),
    "meeting": (14, orders.meetings),
    "bracket": (5, orders.brackets),
    "closing": (3, orders.closings),
    "hit quotes": (3, orders.hit_quotes),
    "amendment": (6, orders.amendments),
    "cancel": (3, orders.cancels),
    "quote": (5, orders.quotes),
    "auction": (5, orders.auctions),
    "outside": (2, orders.outside),
    "holding": (1, orders.holdings),
    "time": (4, controls.time),
    "phase": (2, controls.phases),
    "sweep": (4, controls.sweeps),
    "limit state": (2, controls.limit_states),
    "guard": (2, controls.guards),
    "calendar": (2, controls.calendars),
    "halt": (1, controls.halts),
    "breaker": (2, controls.breakers),
    "correction": (3, controls.corrections),
    "protection": (3, controls.protections),
    "reset": (1, controls.resets),
    "stop": (1, controls.stops),
    "strategy": (1, controls.strategies),
    "limits": (2, controls.limits),
    "loss": (2, controls.losses),
    "notes": (1, controls.notes),
    "self-trade": (2, controls.self_trades),
    "mass cancel": (1, controls.mass_cancels),
    "departure": (1, controls.departures),
    "throttle": (1, controls.throttles),
    "tiers": (1, controls.tiers),
    "permission": (1, controls.permissions),
    "all clear": (3, controls.all_clear),
}
names = st.sampled_from([name for name, (weight, _) in STORIES.items() for _ in range(weight)])
stories = st.lists(names.flatmap(lambda name: STORIES[name][1]), min_size=1, max_size=6)
MUST_HAPPEN = (
    *(events.Trade, events.OrderTriggered, events.OrderSuspended, events.OrderReleased, events.OrderReplaced),
    *(QuoteAccepted, ProtectionTriggered, FillAdjusted, AuctionUncrossed, InstrumentHalted),
    *(events.PositionOpened, events.HoldingChanged, events.OrderCanceled),
)
"""A machine that trades nothing proves nothing."""
everything: Counter[str] = Counter()


class EverythingAgrees(RuleBasedStateMachine):
    """Two kernels in one world."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.native, self.reference = NativeKernel(), ReferenceKernel()

    @initialize()
    def open_the_market(self) -> None:
        for command in OPENING:
            self._apply(command)

    @rule(told=stories)
    def stories_are_told(self, told: list[Story]) -> None:
        for story in told:
            for part in story(self.world):
                if isinstance(part, int):
                    self.world.now_ns += part
                else:
                    self._apply(part)

    @rule()
    def restart(self) -> None:
        native, reference = self.native.snapshot(), self.reference.snapshot()
        self.native, self.reference = NativeKernel.restore(reference), ReferenceKernel.restore(native)

    def teardown(self) -> None:
        everything.update(self.world.seen)

    def _apply(self, command: Command) -> None:
        stamped = replace(command, sequence=self.native.sequence + 1, now_ns=self.world.now_ns)
        if stamped.sequence > len(OPENING):
            note(repr(stamped))
        expected = self.reference.apply(stamped)
        _, *given = decode_all(self.native.apply_batch(encode(stamped)))
        assert given == expected
        assert self.native.snapshot() == self.reference.snapshot()
        self.world.follow(expected)


@pytest.mark.timeout(600)
def test_kernels_agree_on_everything_and_everything_happens() -> None:
    everything.clear()
    chosen = settings(
        max_examples=MACHINES, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(EverythingAgrees, settings=chosen)
    assert [kind.__name__ for kind in MUST_HAPPEN if not everything[kind.__name__]] == []
