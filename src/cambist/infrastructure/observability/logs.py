"""Structured logs on standard error: one line per event, readable on a terminal, JSON elsewhere.

Modules log through the standard `logging`; structlog makes the lines. Never called per tick: a line costs about as
much as an order.
"""

from __future__ import annotations

import logging
import sys


def configure_logs(level: str) -> None:
    """Set up the whole process, libraries included. `level` as in `logging`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LateFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class _LateFormatter(logging.Formatter):
    """Loads structlog with the first line: most runs log nothing, and none should wait for it."""

    _formatter: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        if self._formatter is None:
            self._formatter = _structured()
        return self._formatter.format(record)


def _structured() -> logging.Formatter:
    import structlog  # noqa: PLC0415 - see _LateFormatter

    is_terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
