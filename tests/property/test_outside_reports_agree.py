"""Both kernels agree after every command where an outside venue answers, whatever it answers."""

from __future__ import annotations

from collections import Counter

import pytest

from cambist.domain.order_events import CancelRejected, OrderRejected, ReplaceRejected, ReplaceSubmitted
from cambist.domain.reasons import Reason
from cambist.engine.native import NativeKernel, is_installed
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import decode_all, encode
from cambist.testing.builders import START_NS
from cambist.testing.random_outside import RandomOutside

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)


def test_kernels_agree_whatever_an_outside_venue_says() -> None:
    seen: Counter[object] = Counter()
    for seed in range(6):
        native, reference = NativeKernel(), ReferenceKernel()
        for command in RandomOutside(seed).stream(500, START_NS):
            expected = reference.apply(command)
            _, *given = decode_all(native.apply_batch(encode(command)))
            assert given == expected
            assert native.snapshot() == reference.snapshot()
            seen.update(type(event) for event in expected)
            seen.update(Reason(event.reason) for event in expected if isinstance(event, OrderRejected))
            if command.sequence % 23 == 0:
                snapshot = reference.snapshot()
                native, reference = NativeKernel.restore(snapshot), ReferenceKernel.restore(native.snapshot())
    assert min(seen[kind] for kind in (ReplaceSubmitted, ReplaceRejected, CancelRejected)) > 20
    assert seen[Reason.VENUE_REJECTED] > 5 and seen[Reason.VENUE_UNKNOWN_ORDER] > 5
