"""Times of the week as people write them, in UTC: MON 09:00, FRI 17:30:00.5."""

from __future__ import annotations

import re

from cambist.domain.durations import DAY_NS, SECOND_NS
from cambist.domain.errors import ValueOutOfRange

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_FORM = re.compile(r"(MON|TUE|WED|THU|FRI|SAT|SUN) ([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?", re.ASCII)


def parse_week_time(text: str) -> int:
    """Nanoseconds since Monday 00:00. Raises ValueOutOfRange where it is no such time."""
    match = _FORM.fullmatch(text.upper())
    if match is None:
        raise ValueOutOfRange(f"{text[:40]!r} is no time of the week.", 'Write it in UTC, like "MON 09:00:00".')
    day, hours, minutes, seconds, fraction = match.groups()
    of_day_s = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    return DAYS.index(day) * DAY_NS + of_day_s * SECOND_NS + int((fraction or "0").ljust(9, "0"))


def week_time_text(week_ns: int) -> str:
    """With seconds, and a fraction of them only where there is one."""
    day, of_day_ns = divmod(week_ns, DAY_NS)
    seconds, fraction = divmod(of_day_ns, SECOND_NS)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    decimals = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{DAYS[day]} {clock}{decimals}"
