"""Both kernels agree after every command where orders wait for triggers and are tied in groups, and go on from each
other's snapshots in every state.
"""

from __future__ import annotations

from collections import Counter

import pytest

from cambist.domain import events
from cambist.domain.commands import SetPhase
from cambist.domain.events import OrderCanceled, OrderReleased
from cambist.domain.reasons import Reason
from cambist.engine.native import NativeKernel, is_installed
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import decode_all, encode
from cambist.testing.builders import START_NS
from cambist.testing.random_groups import RandomGroups

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)
WANTED = (events.OrderTriggered, events.OrderSuspended, events.OrderReleased)
REASONS = (Reason.GROUP_ENDED, Reason.GROUP_FILLED, Reason.PARENT_UNFILLED)
DUE = "released by a phase"


def test_kernels_agree_where_orders_wait_and_are_tied() -> None:
    seen: Counter[object] = Counter()
    for seed in range(8):
        native, reference = NativeKernel(), ReferenceKernel()
        for command in RandomGroups(seed).stream(500, START_NS):
            expected = reference.apply(command)
            _, *given = decode_all(native.apply_batch(encode(command)))
            assert given == expected
            assert native.snapshot() == reference.snapshot()
            seen.update(type(event) for event in expected)
            seen.update(Reason(event.reason) for event in expected if isinstance(event, OrderCanceled))
            seen[DUE] += isinstance(command, SetPhase) and any(isinstance(event, OrderReleased) for event in expected)
            if command.sequence % 23 == 0:
                snapshot = reference.snapshot()
                native, reference = NativeKernel.restore(snapshot), ReferenceKernel.restore(native.snapshot())
    assert [wanted for wanted in (*WANTED, *REASONS, DUE) if not seen[wanted]] == []
