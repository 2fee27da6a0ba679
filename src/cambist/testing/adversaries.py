"""Streams of operations that try to make a book slow: each knows how books are built, and asks for the worst of it.

Operations are the fields of `engine.workload.OPERATION`. Prices are anywhere in the 2^40 ticks
that an order may have.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from cambist.domain.widths import MAX_PRICE
from cambist.engine.workload import CANCEL, NEW

Operation = tuple[int, int, int, int, int, int]
"""op, side, flags, qty, price, id."""
_BUY, _SELL = 0, 1
_MIDDLE, _LAST = (MAX_PRICE + 1) // 2, MAX_PRICE
_MIX, _WORD, _HALF = 0xD6E8FEB86659FD93, 2**64 - 1, 32
"""What the native index multiplies ids with."""


def anywhere(count: int, seed: int = 1) -> Iterator[Operation]:
    """Orders at any price, bids in the lower half, and cancels of any of them."""
    chance = random.Random(seed)
    live: list[int] = []
    for number in range(1, count + 1):
        if live and chance.random() < 0.4:
            yield _cancel(_drawn(chance, live))
        else:
            side = chance.randrange(2)
            yield _new(side, number, chance.randrange(1, _MIDDLE) + side * (_MIDDLE - 1))
            live.append(number)


def one_crowded_level(count: int) -> Iterator[Operation]:
    """Four fifths of all orders at one price, then one taker after the other."""
    makers = count * 4 // 5
    for number in range(1, makers + 1):
        yield _new(_SELL, number, _MIDDLE)
    for number in range(makers + 1, count + 1):
        yield _new(_BUY, number, _MIDDLE, qty=3)


def far_away_ping_pong(count: int) -> Iterator[Operation]:
    """The best price jumps between places that share nothing; each also holds a full neighbourhood of levels."""
    places = [_MIDDLE + jump * 2**20 for jump in range(8)]
    number = 0
    for step in range(min(512, count // 32)):
        for place in places:
            number += 1
            yield _new(_SELL, number, place + step * 7)
    while number + 2 <= count:
        number += 2
        yield _new(_SELL, number, places[number // 2 % 8] - 1 - number % 4_096)
        yield _cancel(number)


def canceled_from_the_middle(count: int, seed: int = 1) -> Iterator[Operation]:
    """Ten levels filled with orders, then canceled in no order at all."""
    orders = count // 2
    for number in range(1, orders + 1):
        yield _new(_BUY, number, _MIDDLE - number % 10)
    numbers = list(range(1, orders + 1))
    random.Random(seed).shuffle(numbers)
    for number in numbers:
        yield _cancel(number)


def swept_levels(count: int, levels: int = 4_000) -> Iterator[Operation]:
    """Thousands of levels with one order each, a page apart, and one order that takes them all."""
    number = 0
    while number + levels + 1 <= count:
        for level in range(levels):
            number += 1
            yield _new(_SELL, number, _MIDDLE + level * 65)
        number += 1
        yield _new(_BUY, number, _LAST, qty=levels)


def colliding_ids(count: int, live_max: int = 100_000, seed: int = 1) -> Iterator[Operation]:
    """Ids that the native index cannot tell apart by their hash, canceled in no order."""
    chance = random.Random(seed)
    inverse = pow(_MIX, -1, 2**64)
    live: list[int] = []
    for number in range(1, count + 1):
        if len(live) >= live_max or (live and chance.random() < 0.4):
            yield _cancel(_drawn(chance, live))
        else:
            folded = (0x5A5A5A5A << _HALF | number) * inverse & _WORD
            order_id = folded ^ folded >> _HALF
            yield _new(_BUY, order_id, _MIDDLE - number % 50)
            live.append(order_id)


def _new(side: int, order_id: int, price: int, qty: int = 1) -> Operation:
    return NEW, side, 0, qty, price, order_id


def _cancel(order_id: int) -> Operation:
    return CANCEL, 0, 0, 0, 0, order_id


def _drawn(chance: random.Random, live: list[int]) -> int:
    """One of them, of which the last takes the place."""
    place = chance.randrange(len(live))
    live[place], live[-1] = live[-1], live[place]
    return live.pop()
