"""The first question of every command about an account of the desk."""

from __future__ import annotations

from cambist.domain.reasons import Reason
from cambist.engine.reference.state import EngineState


def desk_account_reason(state: EngineState, account_id: int) -> Reason:
    """UNKNOWN_ACCOUNT, ACCOUNT_NOT_DESK for a member, else NONE."""
    account = state.accounts.get(account_id)
    if account is None:
        return Reason.UNKNOWN_ACCOUNT
    return Reason.NONE if account.is_desk else Reason.ACCOUNT_NOT_DESK
