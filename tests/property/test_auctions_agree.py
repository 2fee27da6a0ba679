"""Both kernels agree after every command where auctions trade a lot, and no checker has anything to say."""

from __future__ import annotations

from collections import Counter

import pytest

from cambist.domain.events import OrderCanceled, OrderFilled
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Liquidity
from cambist.engine.native import NativeKernel, is_installed
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import encode, split_stream
from cambist.protocols.snapshot import decode_snapshot
from cambist.testing.builders import START_NS
from cambist.testing.checkers.crossing import BookNotCrossed
from cambist.testing.checkers.priority import PriorityKept
from cambist.testing.checkers.quantities import QuantityConserved
from cambist.testing.random_auctions import RandomAuctions

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)


def test_kernels_agree_where_auctions_trade() -> None:
    seen: Counter[object] = Counter()
    for seed in range(6):
        native, reference = NativeKernel(), ReferenceKernel()
        checkers = (PriorityKept(), BookNotCrossed(), QuantityConserved())
        for command in RandomAuctions(seed).stream(500, START_NS):
            expected = reference.apply(command)
            ((_, given),) = split_stream(native.apply_batch(encode(command)))
            assert list(given) == expected
            assert native.snapshot() == reference.snapshot()
            for checker in checkers:
                checker.take(command, expected)
            seen.update(event.liquidity for event in expected if isinstance(event, OrderFilled))
            seen.update(Reason(event.reason) for event in expected if isinstance(event, OrderCanceled))
            if command.sequence % 23 == 0:
                snapshot = reference.snapshot()
                native, reference = NativeKernel.restore(snapshot), ReferenceKernel.restore(native.snapshot())
        for checker in checkers:
            checker.look(decode_snapshot(reference.snapshot())[1])
    assert seen[Liquidity.AUCTION] > 1_000
    assert seen[Reason.AUCTION_ENDED] and seen[Reason.UNFILLED_REMAINDER] and seen[Reason.POSITION_REDUCED]
