"""An entry with its exits: a take-profit and a stop-loss that come to life with it, and end each other."""

from __future__ import annotations

from typing import NamedTuple

from cambist.application.strategy.order_handle import OrderHandle

_GROUP_IDS = 1 << 32


class OrderGroup:
    """What ties orders together. Its id is known when the first of them is sequenced."""

    def __init__(self) -> None:
        self._group_id = 0

    def id_at(self, sequence: int) -> int:
        """The number of the group, the first sequence that asks for it."""
        self._group_id = self._group_id or sequence % _GROUP_IDS or 1
        return self._group_id


class Bracket(NamedTuple):
    """The exits are SUSPENDED until the entry has ended with fills, and are then as large as what was filled."""

    entry: OrderHandle
    take_profit: OrderHandle
    stop_loss: OrderHandle

    def cancel(self) -> None:
        """Ask for the end of all three."""
        for order in self:
            order.cancel()
