"""Times of the week as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cambist.domain.durations import DAY_NS
from cambist.domain.errors import ValueOutOfRange
from cambist.domain.schedule import WEEK_NS
from cambist.domain.week_time import parse_week_time, week_time_text


@given(st.integers(0, WEEK_NS - 1))
def test_every_time_of_the_week_is_read_back(week_ns: int) -> None:
    assert parse_week_time(week_time_text(week_ns)) == week_ns


def test_seconds_and_case_may_be_left_out() -> None:
    assert parse_week_time("tue 09:30") == DAY_NS + 34_200_000_000_000
    assert week_time_text(DAY_NS + 34_200_500_000_000) == "TUE 09:30:00.5"


@pytest.mark.parametrize("text", ["", "MON", "MON 24:00", "MON 9:00", "MON 09:60", "DAY 09:00", "MON 09:00:00.", "٣"])
def test_what_is_no_time_of_the_week_is_refused(text: str) -> None:
    with pytest.raises(ValueOutOfRange, match="time of the week"):
        parse_week_time(text)
