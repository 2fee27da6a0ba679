"""Sessions and messages of participants, members and desk accounts alike (docs/engine.md sections 33 and 34).

Every method returns why it refused, else NONE; a refused command changes nothing.
"""

from __future__ import annotations

from cambist.domain.commands import MassCancel
from cambist.domain.participant_commands import EndSession, SetCancelOnDisconnect, SetThrottle
from cambist.domain.participant_events import CancelOnDisconnectChanged, SessionEnded, ThrottleChanged
from cambist.domain.reasons import Reason
from cambist.engine.reference.echo import fields_of
from cambist.engine.reference.mass_cancel import MassCancels
from cambist.engine.reference.state import EngineState


class Participants:
    """What an account's connection may do, and what its end does."""

    def __init__(self, state: EngineState, mass_cancels: MassCancels) -> None:
        self._state = state
        self._mass_cancels = mass_cancels

    def set_cancel_on_disconnect(self, command: SetCancelOnDisconnect) -> Reason:
        """Arm an account, or disarm it."""
        account = self._state.accounts.get(command.account_id)
        if account is None:
            return Reason.UNKNOWN_ACCOUNT
        account.cancels_on_disconnect = command.armed
        self._state.log.emit(CancelOnDisconnectChanged(**fields_of(command)))
        return Reason.NONE

    def end_session(self, command: EndSession) -> Reason:
        """Rules disconnect.*: state it, then cancel what depended on it, if the account is armed."""
        account = self._state.accounts.get(command.account_id)
        if account is None:
            return Reason.UNKNOWN_ACCOUNT
        self._state.log.emit(SessionEnded(**fields_of(command)))
        if account.cancels_on_disconnect:
            orphans = MassCancel(account_id=command.account_id, strategy_id=command.strategy_id)
            self._mass_cancels.cancel(orphans, Reason.SESSION_ENDED)
        return Reason.NONE

    def set_throttle(self, command: SetThrottle) -> Reason:
        """A rate, or none."""
        account = self._state.accounts.get(command.account_id)
        if account is None:
            return Reason.UNKNOWN_ACCOUNT
        if command.messages_per_second < 0:
            return Reason.INVALID_DEFINITION
        account.throttle.set(command.messages_per_second)
        self._state.log.emit(ThrottleChanged(**fields_of(command)))
        return Reason.NONE

    def message_reason(self, account_id: int) -> Reason:
        """Rule throttle.counts: why a message of an account is not even looked at, else NONE."""
        account = self._state.accounts.get(account_id)
        passes = account is None or account.throttle.admits(self._state.log.now_ns)
        return Reason.NONE if passes else Reason.MESSAGE_RATE_LIMIT
