"""Limits by scope, and what firm and accounts may do."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.application.control_plane.watched import Watched
from cambist.domain.events import LimitsChanged, TradingStateChanged
from cambist.domain.limits import NO_LIMITS, Limits
from cambist.domain.vocabulary import TradingState
from cambist.protocols.snapshot import LimitsRow

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
    """Told to watchers by account id; 0 is the firm."""

    def __init__(self) -> None:
        super().__init__()
        self._limits: dict[tuple[int, int], Limits] = {}
        self._switches: dict[int, Switch] = {FIRM: Switch()}

    def limits(self, account_id: int, strategy_id: int = 0) -> Limits:
        """Of an account, or of a strategy in it."""
        return self._limits.get((account_id, strategy_id), NO_LIMITS)

    def switch(self, account_id: int) -> Switch:
        """Of an account, or of the firm."""
        return self._switches.get(account_id, Switch())

    def effective_state(self, account_id: int) -> TradingState:
        """The stricter of the firm's and the account's."""
        return max(self.switch(FIRM).state, self.switch(account_id).state)

    def is_killed(self, account_id: int) -> bool:
        """Whether either latch is set."""
        return self.switch(FIRM).killed or self.switch(account_id).killed

    def restore_switch(self, account_id: int, state: TradingState, *, killed: bool) -> None:
        """Take one from a snapshot, which does not know the cause."""
        self._switches[account_id] = Switch(state, killed)

    def set_limits(self, source: LimitsChanged | LimitsRow) -> None:
        """New limits of a scope."""
        values = {name: getattr(source, name) for name in Limits.__struct_fields__}
        self._limits[source.account_id, source.strategy_id] = Limits(**values)
        self.touch(source.account_id)

    def on_state(self, event: TradingStateChanged) -> None:
        """A new trading state of the firm or an account; those of strategies are not shown here."""
        if event.strategy_id:
            return
        self._switches[event.account_id] = Switch(event.state, event.killed, event.cause)
        self.touch(event.account_id)
