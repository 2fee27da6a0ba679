"""How many messages an account may send: a token bucket over all of them, orders or not."""

from __future__ import annotations

from dataclasses import dataclass, field

from cambist.domain.limits import RateBucket


@dataclass(slots=True)
class Throttle:
    """0 messages per second: no limit."""

    messages_per_second: int = 0
    bucket: RateBucket = field(default_factory=RateBucket)

    @property
    def is_set(self) -> bool:
        """True where there is a limit."""
        return self.messages_per_second > 0

    def set(self, messages_per_second: int) -> None:
        """A new rate; what was used of the second stays used, unless the limit is lifted."""
        self.messages_per_second = messages_per_second
        if not self.is_set:
            self.bucket = RateBucket()

    def admits(self, now_ns: int) -> bool:
        """Let one more message pass, if it fits. One that is refused costs nothing."""
        fits = self.bucket.admits(now_ns, self.messages_per_second)
        if fits:
            self.bucket.take(now_ns, self.messages_per_second)
        return fits
