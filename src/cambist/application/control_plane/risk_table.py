"""Limits by scope, and what firm and accounts may do."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.application.control_plane.watched import Watched
from cambist.domain.events import LimitsChanged, SymbolPermissionChanged, TradingStateChanged
from cambist.domain.limits import NO_LIMITS, Limits
from cambist.domain.vocabulary import TradingState
from cambist.protocols.snapshot import ForbiddenRow, LimitsRow

FIRM = 0
"""The account id that stands for all of them."""
FIRM_NAME = "firm"
"""What stands in the place of an account's name then."""


@dataclass(slots=True)
class Switch:
    """One scope's trading state and kill latch."""

    state: TradingState = TradingState.ACTIVE
    killed: bool = False
    cause: str = ""


class RiskTable(Watched[int]):
    """Told to watchers by account id; 0 is the firm. What a strategy may do is told under its account."""

    def __init__(self) -> None:
        super().__init__()
        self._limits: dict[tuple[int, int], Limits] = {}
        self._switches: dict[tuple[int, int], Switch] = {}
        """By account and strategy; strategy 0 is the account itself."""
        self._forbidden: set[tuple[int, int]] = set()
        """Account and instrument."""

    def limits(self, account_id: int, strategy_id: int = 0) -> Limits:
        """Of an account, or of a strategy in it."""
        return self._limits.get((account_id, strategy_id), NO_LIMITS)

    def switch(self, account_id: int, strategy_id: int = 0) -> Switch:
        """Of the firm, of an account, or of a strategy in it."""
        return self._switches.get((account_id, strategy_id), Switch())

    def effective_state(self, account_id: int, strategy_id: int = 0) -> TradingState:
        """The strictest of the firm's, the account's and, where one is named, the strategy's."""
        return max(switch.state for switch in self._holding(account_id, strategy_id))

    def is_killed(self, account_id: int, strategy_id: int = 0) -> bool:
        """Whether any of their latches is set."""
        return any(switch.killed for switch in self._holding(account_id, strategy_id))

    def restore_switch(self, account_id: int, state: TradingState, *, killed: bool, strategy_id: int = 0) -> None:
        """Take one from a snapshot, which does not know the cause."""
        self._switches[account_id, strategy_id] = Switch(state, killed)

    def set_limits(self, source: LimitsChanged | LimitsRow) -> None:
        """New limits of a scope."""
        self._limits[source.account_id, source.strategy_id] = Limits.told_by(source)
        self.touch(source.account_id)

    def on_state(self, event: TradingStateChanged) -> None:
        """A new trading state of the firm, an account or a strategy."""
        self._switches[event.account_id, event.strategy_id] = Switch(event.state, event.killed, event.cause)
        self.touch(event.account_id)

    def forbidden(self, account_id: int) -> list[int]:
        """The instruments that an account may not trade."""
        return sorted(instrument_id for holder, instrument_id in self._forbidden if holder == account_id)

    def restore_forbidden(self, row: ForbiddenRow) -> None:
        """Take one from a snapshot."""
        self._forbidden.add((row.account_id, row.instrument_id))

    def on_permission(self, event: SymbolPermissionChanged) -> None:
        """An account may trade an instrument again, or no longer."""
        change = self._forbidden.discard if event.allowed else self._forbidden.add
        change((event.account_id, event.instrument_id))
        self.touch(event.account_id)

    def _holding(self, account_id: int, strategy_id: int) -> tuple[Switch, Switch, Switch]:
        return self.switch(FIRM), self.switch(account_id), self.switch(account_id, strategy_id)
