"""The random generator: repeatable, saveable, and within its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.xorshift import Xorshift

seeds = st.integers(min_value=0, max_value=(1 << 64) - 1)


def test_a_seed_gives_the_same_numbers_on_every_machine() -> None:
    random = Xorshift(7)
    assert [random.below(1_000) for _ in range(5)] == [81, 258, 354, 553, 651]
    assert Xorshift(0).next_u64() == 8_916_199_331_640_804_048


@given(seeds)
def test_a_saved_state_carries_on(seed: int) -> None:
    random = Xorshift(seed)
    random.next_u64()
    other = Xorshift(0)
    other.state = random.state
    assert [random.next_u64() for _ in range(10)] == [other.next_u64() for _ in range(10)]


@given(seeds, st.integers(min_value=-1_000, max_value=1_000), st.integers(min_value=0, max_value=1_000))
def test_numbers_stay_within_their_bounds(seed: int, low: int, width: int) -> None:
    random = Xorshift(seed)
    assert low <= random.between(low, low + width) <= low + width
    assert 0 <= random.below(width + 1) <= width
    assert abs(random.bell(1_000)) <= 3_500
    assert random.tail(width) >= 0
    assert random.choice("abc") in "abc"


def test_chances_are_what_they_say() -> None:
    random = Xorshift(1)
    assert not any(random.chance(0) for _ in range(1_000))
    assert all(random.chance(1_000_000) for _ in range(1_000))
    assert sum(random.chance(250_000) for _ in range(20_000)) == pytest.approx(5_000, rel=0.05)


def test_bell_and_tail_have_the_spread_and_mean_they_are_asked_for() -> None:
    random = Xorshift(2)
    bells = [random.bell(1_000) for _ in range(20_000)]
    assert sum(bells) / len(bells) == pytest.approx(0, abs=30)
    assert (sum(value * value for value in bells) / len(bells)) ** 0.5 == pytest.approx(1_000, rel=0.03)
    tails = [random.tail(1_000) for _ in range(20_000)]
    assert sum(tails) / len(tails) == pytest.approx(1_000, rel=0.05)
