"""Both kernels agree after every command where orders without a price of their own meet and are amended."""

from __future__ import annotations

from collections import Counter

import pytest

from cambist.domain.commands import NewInstructedOrder, ReplaceOrder
from cambist.domain.events import OrderReplaced, Trade
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import OrderType, PegReference
from cambist.engine.native import is_installed
from cambist.testing.builders import START_NS
from cambist.testing.kernel_pair import agreed
from cambist.testing.random_middles import RandomMiddles

pytestmark = pytest.mark.skipif(
    not is_installed(), reason="the Rust kernel is not installed: build it with 'make kernel'"
)
WANTED = (
    "met on arrival",
    "met when amended",
    "a trailing stop kept its place",
    "a trailing stop grew",
)


class Occasions:
    """What the streams are made for, counted."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._at_the_middle: set[int] = set()
        self._trailing: set[int] = set()

    def note(self, command: Command, events: list[Event]) -> None:
        traded = any(isinstance(event, Trade) for event in events[:4])
        if isinstance(command, NewInstructedOrder):
            if command.order_type is OrderType.TRAILING_STOP:
                self._trailing.add(command.sequence)
            elif command.peg_reference is PegReference.MID and command.offset == 0:
                self._at_the_middle.add(command.sequence)
                self.seen["met on arrival"] += traded
        elif isinstance(command, ReplaceOrder) and events and isinstance(events[0], OrderReplaced):
            self.seen["met when amended"] += traded and command.order_id in self._at_the_middle
            trails = command.order_id in self._trailing
            self.seen["a trailing stop kept its place"] += trails and events[0].kept_priority
            self.seen["a trailing stop grew"] += trails and not events[0].kept_priority


def test_kernels_agree_where_orders_without_a_price_meet_and_are_amended() -> None:
    occasions = Occasions()
    for seed in range(6):
        for command, events, _ in agreed(RandomMiddles(seed).stream(500, START_NS)):
            occasions.note(command, events)
    assert [wanted for wanted in WANTED if not occasions.seen[wanted]] == []
