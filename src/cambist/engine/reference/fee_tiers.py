"""Fee schedules: rates by what an account traded in 30 days (docs/engine.md section 38)."""

from __future__ import annotations

from cambist.domain.account import Account
from cambist.domain.durations import DAY_NS
from cambist.domain.fill import NO_FEES, Fees, FeeTier
from cambist.domain.participant_commands import SetFeeTiers
from cambist.domain.participant_events import FeeTierReached, FeeTiersChanged
from cambist.domain.reasons import Reason
from cambist.engine.reference.echo import fields_of
from cambist.engine.reference.state import EngineState
from cambist.protocols.fee_tiers import decode_tiers

ALL_ACCOUNTS = 0


class FeeTiers:
    """An account's tier changes with the day and with its schedule, never in the middle of a day's trading."""

    def __init__(self, state: EngineState) -> None:
        self._state = state
        for account in state.accounts.values():
            self.begin(account)

    def set_tiers(self, command: SetFeeTiers) -> Reason:
        """A schedule, or none."""
        if command.account_id != ALL_ACCOUNTS and command.account_id not in self._state.accounts:
            return Reason.UNKNOWN_ACCOUNT
        tiers = decode_tiers(command.tiers)
        if tiers is None or not _are_well_formed(tiers):
            return Reason.INVALID_DEFINITION
        self._state.fees.schedules.pop(command.account_id, None)
        if tiers:
            self._state.fees.schedules[command.account_id] = tiers
        self._state.log.emit(FeeTiersChanged(**fields_of(command)))
        for account_id in sorted(self._state.accounts):
            self._review(self._state.accounts[account_id])
        return Reason.NONE

    def begin_day(self) -> None:
        """A day has ended: it counts from now on, and the oldest no more."""
        ended_day = self._state.log.now_ns // DAY_NS - 1
        today = self._state.timers.next_day_ns // DAY_NS - 1
        for account_id in sorted(self._state.accounts):
            account = self._state.accounts[account_id]
            account.traded.begin(ended_day, today)
            self._review(account)

    def begin(self, account: Account) -> None:
        """The tier of an account that was opened or restored: no news."""
        self._state.fees.tiers[account.account_id] = self._tier(account)

    def _review(self, account: Account) -> None:
        fees = self._tier(account)
        if fees == self._state.fees.tiers[account.account_id]:
            return
        self._state.fees.tiers[account.account_id] = fees
        self._state.log.emit(
            FeeTierReached(
                account_id=account.account_id,
                volume=account.traded.total,
                maker_fee=fees.maker_fee,
                taker_fee=fees.taker_fee,
            )
        )

    def _tier(self, account: Account) -> Fees:
        schedules = self._state.fees.schedules
        tiers = schedules.get(account.account_id) or schedules.get(ALL_ACCOUNTS, [])
        reached = [tier.fees for tier in tiers if tier.volume <= account.traded.total]
        return reached[-1] if reached else NO_FEES


def _are_well_formed(tiers: list[FeeTier]) -> bool:
    volumes = [tier.volume for tier in tiers]
    rising = volumes == sorted(set(volumes)) and volumes[:1] in ([], [0])
    return rising and all(tier.fees.are_well_formed for tier in tiers)
