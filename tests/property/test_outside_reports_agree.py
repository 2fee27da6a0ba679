"""Both kernels agree after every command where an outside venue answers, whatever it answers."""

from __future__ import annotations

from collections import Counter

import pytest

from cambist.domain.order_events import CancelRejected, OrderRejected, ReplaceRejected, ReplaceSubmitted
from cambist.domain.reasons import Reason
from cambist.engine.native import is_installed
from cambist.testing.builders import START_NS
from cambist.testing.kernel_pair import agreed
from cambist.testing.random_outside import RandomOutside

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)


def test_kernels_agree_whatever_an_outside_venue_says() -> None:
    seen: Counter[object] = Counter()
    for seed in range(6):
        for _, events, _ in agreed(RandomOutside(seed).stream(500, START_NS)):
            seen.update(type(event) for event in events)
            seen.update(Reason(event.reason) for event in events if isinstance(event, OrderRejected))
    assert min(seen[kind] for kind in (ReplaceSubmitted, ReplaceRejected, CancelRejected)) > 20
    assert seen[Reason.VENUE_REJECTED] > 5 and seen[Reason.VENUE_UNKNOWN_ORDER] > 5
