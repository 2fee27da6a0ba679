"""Both kernels agree after every command where auctions trade a lot, and no checker has anything to say."""

from __future__ import annotations

from collections import Counter

import pytest

from cambist.domain.events import OrderCanceled, OrderFilled
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Liquidity
from cambist.engine.native import is_installed
from cambist.protocols.snapshot import decode_snapshot
from cambist.testing.builders import START_NS
from cambist.testing.checkers.crossing import BookNotCrossed
from cambist.testing.checkers.priority import PriorityKept
from cambist.testing.checkers.quantities import QuantityConserved
from cambist.testing.kernel_pair import agreed
from cambist.testing.random_auctions import RandomAuctions

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)


def test_kernels_agree_where_auctions_trade() -> None:
    seen: Counter[object] = Counter()
    for seed in range(6):
        checkers = (PriorityKept(), BookNotCrossed(), QuantityConserved())
        for command, events, kernel in agreed(RandomAuctions(seed).stream(500, START_NS)):
            for checker in checkers:
                checker.take(command, events)
            seen.update(event.liquidity for event in events if isinstance(event, OrderFilled))
            seen.update(Reason(event.reason) for event in events if isinstance(event, OrderCanceled))
            last = kernel
        for checker in checkers:
            checker.look(decode_snapshot(last.snapshot())[1])
    assert seen[Liquidity.AUCTION] > 1_000
    assert seen[Reason.AUCTION_ENDED] and seen[Reason.UNFILLED_REMAINDER] and seen[Reason.POSITION_REDUCED]
