"""Which client_adjustment_ids accounts have used, so that nothing is deposited or withdrawn twice
(docs/engine.md section 39).
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from cambist.domain.commands import AdjustHolding

REMEMBERED_MAX = 65_536


class Adjusted(NamedTuple):
    """What makes a repeated id the same adjustment."""

    asset_id: int
    amount: int


class Adjustments:
    """The ids of adjustments that were taken, the last ones of each account."""

    __slots__ = ("_by_account",)

    def __init__(self) -> None:
        self._by_account: defaultdict[int, OrderedDict[str, Adjusted]] = defaultdict(OrderedDict)

    def known(self, command: AdjustHolding) -> Adjusted | None:
        """What the account used this id for."""
        return self._by_account[command.account_id].get(command.client_adjustment_id)

    def remember(self, account_id: int, client_adjustment_id: str, adjusted: Adjusted) -> None:
        """One was taken; the oldest memory makes room. Those without an id are not remembered."""
        remembered = self._by_account[account_id]
        if client_adjustment_id:
            remembered[client_adjustment_id] = adjusted
        if len(remembered) > REMEMBERED_MAX:
            remembered.popitem(last=False)

    def __iter__(self) -> Iterator[tuple[int, str, Adjusted]]:
        """By account, then oldest first."""
        for account_id in sorted(self._by_account):
            for client_adjustment_id, adjusted in self._by_account[account_id].items():
                yield account_id, client_adjustment_id, adjusted
