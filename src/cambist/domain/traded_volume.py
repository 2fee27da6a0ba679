"""What an account has traded, day by day."""

from __future__ import annotations

from dataclasses import dataclass, field

VOLUME_DAYS = 30


@dataclass(slots=True)
class TradedVolume:
    """Values in e8. Days count from the epoch, oldest first; the present day is apart, until it ends."""

    today: int = 0
    days: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Of the days that have ended and are still remembered."""
        return sum(self.days.values())

    def begin(self, ended_day: int, today: int) -> None:
        """The day that ended joins the others; those too long ago are forgotten."""
        if self.today:
            self.days[ended_day] = self.today
        self.today = 0
        self.days = {day: volume for day, volume in self.days.items() if day >= today - VOLUME_DAYS}
