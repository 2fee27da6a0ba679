"""Streams made to hurt a book give the same trades and the same book on the reference, as any other stream does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cambist.engine import native
from cambist.engine.reference.workload import replay_workload
from cambist.engine.workload import OPERATION
from cambist.testing import adversaries

OPERATIONS = 3_000
STREAMS = [
    adversaries.anywhere,
    adversaries.one_crowded_level,
    adversaries.far_away_ping_pong,
    adversaries.canceled_from_the_middle,
    lambda count: adversaries.swept_levels(count, levels=700),
    lambda count: adversaries.colliding_ids(count, live_max=900),
]


@pytest.mark.skipif(not native.is_installed(), reason="without the native kernel there is nothing to compare")
@pytest.mark.parametrize("stream", STREAMS)
def test_both_kernels_come_through_a_hostile_stream(
    stream: Callable[[int], Iterator[adversaries.Operation]],
) -> None:
    ops = b"".join(OPERATION.pack(*operation) for operation in stream(OPERATIONS))
    expected = replay_workload(ops)
    assert expected.ops > OPERATIONS * 0.9
    assert native.replay_workload(ops) == expected
