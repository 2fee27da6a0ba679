"""Durations as people type them."""

from __future__ import annotations

import pytest

from cambist.domain.errors import InputError
from cambist.presentation.cli.durations import format_duration, parse_duration_ns


@pytest.mark.parametrize(
    ("text", "duration_ns"),
    [("250ms", 250_000_000), ("30s", 30 * 10**9), ("1.5s", 1_500_000_000), ("5m", 300 * 10**9), ("1H", 3600 * 10**9)],
)
def test_a_number_with_a_unit_is_a_duration(text: str, duration_ns: int) -> None:
    assert parse_duration_ns(text) == duration_ns


@pytest.mark.parametrize("text", ["", "30", "s", "-5s", "0s", "1e9s", "5 minutes", "1s2s", "nan"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not a duration"):
        parse_duration_ns(text)


@pytest.mark.parametrize(
    ("duration_ns", "text"), [(0, "0s"), (59 * 10**9, "59s"), (61 * 10**9, "1m 01s"), (3_725 * 10**9, "1h 02m 05s")]
)
def test_durations_read_well(duration_ns: int, text: str) -> None:
    assert format_duration(duration_ns) == text
