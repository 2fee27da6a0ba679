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
from cambist.engine.native import is_installed
from cambist.testing.builders import START_NS
from cambist.testing.kernel_pair import agreed
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
        for command, told, _ in agreed(RandomGroups(seed).stream(500, START_NS)):
            seen.update(type(event) for event in told)
            seen.update(Reason(event.reason) for event in told if isinstance(event, OrderCanceled))
            seen[DUE] += isinstance(command, SetPhase) and any(isinstance(event, OrderReleased) for event in told)
    assert [wanted for wanted in (*WANTED, *REASONS, DUE) if not seen[wanted]] == []
