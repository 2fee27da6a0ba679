"""How fast engine time runs. The data plane asks how far it may go, and waits where there is nothing due yet."""

from __future__ import annotations

from typing import Protocol


class Pacer(Protocol):
    """Engine time against the world's. Pacing never changes what happens, only when."""

    def start(self, engine_ns: int) -> None:
        """Engine time `engine_ns` is now."""

    def horizon_ns(self) -> int | None:
        """How far engine time may have run by now, or None where nothing holds it back."""

    def wait(self, until_ns: int | None) -> None:
        """Return once engine time may reach `until_ns` (None: never by itself), or after `wake`."""

    def wake(self) -> None:
        """End the present or the next `wait`. Safe from any thread."""
