"""A small integer random generator (xorshift64*, Vigna 2016) whose whole state is one number.

Participants, strategies and simulations draw from it, so that a seed or a saved state repeats a run exactly
on every machine and Python version. It is not for secrets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

_MASK = (1 << 64) - 1
_MULTIPLIER = 0x2545F4914F6CDD1D


def _scramble(seed: int) -> int:
    """One step of splitmix64: neighbouring seeds give unrelated states, and never 0."""
    value = (seed + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return (value ^ (value >> 31)) or 1


class Xorshift:
    """A stream of random integers. `state` may be read to save it and set to carry on."""

    __slots__ = ("state",)

    def __init__(self, seed: int) -> None:
        self.state = _scramble(seed & _MASK)

    def next_u64(self) -> int:
        """The next number in 0..2^64-1."""
        state = self.state
        state ^= state >> 12
        state ^= (state << 25) & _MASK
        state ^= state >> 27
        self.state = state
        return (state * _MULTIPLIER) & _MASK

    def below(self, bound: int) -> int:
        """A number in 0..bound-1, for 1 <= bound <= 2^64 (bias under bound / 2^64)."""
        return (self.next_u64() * bound) >> 64

    def between(self, low: int, high: int) -> int:
        """A number in low..high, both included."""
        return low + ((self.next_u64() * (high - low + 1)) >> 64)

    def chance(self, ppm: int) -> bool:
        """True in `ppm` of a million cases."""
        return (self.next_u64() * 1_000_000) >> 64 < ppm

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items, which must not be empty."""
        return items[self.below(len(items))]

    def bell(self, deviation: int) -> int:
        """A number around 0 with about this standard deviation: the sum of four uniform ones, so within 3.5 of them.

        Four uniform draws of 16 bits come from one 64-bit number; a uniform one has variance 2^32 / 12.
        """
        bits = self.next_u64()
        total = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48) - 131_070
        # 37,837 is sqrt(4 * 2^32 / 12): the standard deviation of the sum.
        return total * deviation // 37_837

    def tail(self, mean: int) -> int:
        """A number >= 0 with about this mean and an exponential tail: repeated halvings plus a uniform part."""
        bits = self.next_u64()
        # The lowest set bit is geometric with mean 1; together with a uniform half step it has mean 1.5.
        halvings = (bits & -bits).bit_length() - 1 if bits else 64
        return mean * (2 * halvings * 65_536 + 2 * (bits >> 48)) // (3 * 65_536)
