"""The notebook of strategies."""

from __future__ import annotations

import logging
from collections import deque

from cambist.application.strategy.engine_clock import EngineClock


class StrategyLog:
    """Notes of a strategy: kept (the last 200, for pages) and handed to logging as `cambist.strategy.NAME`."""

    def __init__(self, name: str, clock: EngineClock) -> None:
        self._logger = logging.getLogger(f"cambist.strategy.{name}")
        self._clock = clock
        self.lines: deque[tuple[int, str, str]] = deque(maxlen=200)
        """(engine time in ns, level, text), oldest first."""

    def info(self, text: str) -> None:
        """Something worth knowing."""
        self._write(logging.INFO, text)

    def warning(self, text: str) -> None:
        """Something that should not have happened."""
        self._write(logging.WARNING, text)

    def error(self, text: str) -> None:
        """Something that must be looked at."""
        self._write(logging.ERROR, text)

    def _write(self, level: int, text: str) -> None:
        self.lines.append((self._clock.now_ns(), logging.getLevelName(level), text))
        self._logger.log(level, "%s", text)
