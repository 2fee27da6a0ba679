"""What a scope (the firm, an account or a strategy) may do, with the latch of its kill switch."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import TradingState


@dataclass(slots=True)
class TradingSwitch:
    """A trading state that a kill latches in HALTED until it is reset."""

    state: TradingState = TradingState.ACTIVE
    is_killed: bool = False

    def set(self, state: TradingState) -> Reason:
        """Move to a state; a latched switch stays HALTED and says why."""
        if self.is_killed and state is not TradingState.HALTED:
            return Reason.KILL_SWITCH_ENGAGED
        self.state = state
        return Reason.NONE

    def kill(self) -> None:
        """Halt and latch."""
        self.state, self.is_killed = TradingState.HALTED, True

    def reset(self) -> Reason:
        """Release the latch; the state stays HALTED."""
        if not self.is_killed:
            return Reason.INVALID_TRANSITION
        self.is_killed = False
        return Reason.NONE

    def stricter(self, *others: TradingSwitch) -> TradingState:
        """What counts where all these scopes apply."""
        return max(self.state, *(other.state for other in others))
