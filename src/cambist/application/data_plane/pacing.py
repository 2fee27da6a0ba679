"""The two pacers: the wall's (with a speed), and none at all for backtests."""

from __future__ import annotations

import threading

from cambist.application.ports.clock import Clock
from cambist.domain.errors import ValueOutOfRange

_PPM = 1_000_000
_LONGEST_WAIT_NS = 250_000_000
"""A wait is cut into pieces, so that a suspended machine's clock is read again soon after it resumes."""


class WallPacer:
    """Engine time follows a stopwatch, `speed` engine seconds per second of the world."""

    def __init__(self, clock: Clock, speed: float = 1.0) -> None:
        if not 0.001 <= speed <= 1_000_000:
            raise ValueOutOfRange(f"A speed of {speed} cannot be paced.", "Use 0.001 to 1000000.")
        self._clock = clock
        self._speed_ppm = round(speed * _PPM)
        self._anchor_engine_ns = 0
        self._anchor_wall_ns = 0
        self._woken = threading.Event()

    def start(self, engine_ns: int) -> None:
        """Engine time `engine_ns` is now."""
        self._anchor_engine_ns = engine_ns
        self._anchor_wall_ns = self._clock.monotonic_ns()

    def horizon_ns(self) -> int | None:
        """The start plus what the stopwatch says, times the speed."""
        elapsed_ns = self._clock.monotonic_ns() - self._anchor_wall_ns
        return self._anchor_engine_ns + elapsed_ns * self._speed_ppm // _PPM

    def wait(self, until_ns: int | None) -> None:
        """Sleep until `until_ns` may be reached, or until woken."""
        wait_ns = _LONGEST_WAIT_NS
        if until_ns is not None:
            target_ns = self._anchor_wall_ns - (self._anchor_engine_ns - until_ns) * _PPM // self._speed_ppm
            wait_ns = min(wait_ns, target_ns - self._clock.monotonic_ns())
        if wait_ns > 0:
            self._woken.wait(wait_ns / 1e9)
        self._woken.clear()

    def wake(self) -> None:
        """End the present or the next wait."""
        self._woken.set()


class Unpaced:
    """Engine time runs as fast as the machine does: for backtests and tests."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def start(self, engine_ns: int) -> None:
        """Nothing to anchor."""

    def horizon_ns(self) -> int | None:
        """Nothing holds it back."""
        return None

    def wait(self, until_ns: int | None) -> None:
        """Nothing is due at all: only a submission or a stop can change that."""
        if until_ns is None:
            self._woken.wait(_LONGEST_WAIT_NS / 1e9)
        self._woken.clear()

    def wake(self) -> None:
        """End the present or the next wait."""
        self._woken.set()
