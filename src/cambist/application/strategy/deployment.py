"""A strategy put to work: under which name and id, through which account, how seriously."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.application.strategy.author import Strategy
from cambist.application.strategy.mode import Mode

STATE_SLOT_FIRST = 1_000
"""The slot of a strategy's saved state is this plus its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One strategy object may be deployed once."""

    strategy: Strategy
    strategy_id: int
    account_id: int
    name: str
    mode: Mode = Mode.SIMULATION
    symbols: tuple[str, ...] | None = None
    """Instead of those that its class names, such as the ones of them that are traded here."""
    starts: bool = True
    """Whether it is started where the engine does not know it yet; afterwards the journal says what it does."""
