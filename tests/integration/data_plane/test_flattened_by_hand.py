"""A strategy whose position is closed from outside, in its own name, sees that and goes on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from plane_kit import SECOND_NS, START_NS, limit_order, market, ran, world

from cambist import Strategy, every
from cambist.application.ports.source import Tick
from cambist.domain.message import Command, Event
from cambist.domain.vocabulary import OrderFlag, OrderType, Side, StrategyState, TimeInForce


class Holder(Strategy):
    """Buys once, then watches what it holds."""

    symbols = ("BTCUSDT",)

    def on_start(self) -> None:
        self.seen: list[Decimal] = []

    @every("1s")
    def look(self) -> None:
        self.seen.append(self.position("BTCUSDT").qty)
        if len(self.seen) == 1:
            self.buy("BTCUSDT", Decimal("0.01"))


class Person:
    """Closes it after three seconds and a half."""

    slot = 9

    def __init__(self) -> None:
        self._is_done = False

    def definitions(self) -> list[Command]:
        return []

    def next_ns(self) -> int | None:
        return None if self._is_done else START_NS + 7 * SECOND_NS // 2

    def advance(self, now_ns: int) -> Tick:
        self._is_done = True
        closing = limit_order(
            0,
            10,
            Side.SELL,
            strategy_id=1,
            order_type=OrderType.MARKET,
            time_in_force=TimeInForce.IOC,
            flags=OrderFlag.REDUCE_ONLY,
        )
        return Tick(commands=(closing,))

    def on_events(self, events: Sequence[Event]) -> None:
        pass

    def save(self) -> bytes:
        return bytes([self._is_done])

    def load(self, state: bytes) -> None:
        self._is_done = bool(state[0])


def test_a_strategy_that_was_flattened_by_hand_sees_it_and_goes_on() -> None:
    holder = Holder()
    made = ran(world(holder, sources=[market(), Person()]), 6)
    assert holder.seen[1:3] == [Decimal("0.01")] * 2
    assert set(holder.seen[4:]) == {Decimal(0)}
    assert made.runner().state is StrategyState.RUNNING
