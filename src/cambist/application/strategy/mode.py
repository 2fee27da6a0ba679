"""How seriously a strategy is taken."""

from __future__ import annotations

from enum import IntEnum


class Mode(IntEnum):
    """The same strategy runs in each of these without a change."""

    BACKTEST = 0
    """Against the past or a synthetic market, as fast as the machine does; background work runs at once, in line."""
    OBSERVATION = 1
    """Sees everything and sends nothing; what it would have sent is recorded."""
    SIMULATION = 2
    """Trades on our own venue or the simulated exchange."""
    LIVE = 3
    """Trades on a real exchange."""
