"""Spans of time as people type them: 250ms, 30s, 5m, 1.5h."""

from __future__ import annotations

import re
from decimal import Decimal

from cambist.domain.errors import InputError

_UNITS_NS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_FORM = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)")


def parse_duration_ns(text: str) -> int:
    """Nanoseconds. Raises InputError where the text is not a positive duration."""
    match = _FORM.fullmatch(text.strip().lower())
    duration_ns = int(Decimal(match[1]) * _UNITS_NS[match[2]]) if match else 0
    if duration_ns <= 0:
        raise InputError(f"'{text}' is not a duration.", "Write a number and a unit, such as 250ms, 30s, 5m or 1h.")
    return duration_ns


def format_duration(duration_ns: int) -> str:
    """Hours, minutes and seconds, the larger ones only where there are any."""
    seconds = duration_ns // 10**9
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours}h {minutes:02}m {seconds:02}s"
    return f"{minutes}m {seconds:02}s" if minutes else f"{seconds}s"
