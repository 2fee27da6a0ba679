"""The desk's accounts and what they are worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cambist.application.control_plane.watched import Watched
from cambist.domain.events import (
    AccountOpened,
    AccountValued,
    BalanceChanged,
    PositionChanged,
    PositionClosed,
    PositionOpened,
)
from cambist.domain.vocabulary import AccountKind
from cambist.protocols.snapshot import AccountRow


@dataclass(slots=True, kw_only=True)
class AccountRecord:
    """Money in 1e-8. Equity is balance plus what the account's positions would bring."""

    account_id: int
    name: str
    balance: int = 0
    peak_equity: int = 0
    day_start_equity: int = 0


class AccountTable(Watched[int]):
    """DESK accounts by id; members of the venue are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._accounts: dict[int, AccountRecord] = {}

    def __iter__(self) -> Iterator[AccountRecord]:
        return iter([self._accounts[account_id] for account_id in sorted(self._accounts)])

    def get(self, account_id: int) -> AccountRecord | None:
        """By id."""
        return self._accounts.get(account_id)

    def by_name(self, name: str) -> AccountRecord | None:
        """The first account of that name."""
        return next((account for account in self if account.name == name), None)

    def name_of(self, account_id: int) -> str:
        """A name to show; the number where no desk account has that id."""
        account = self._accounts.get(account_id)
        return account.name if account else str(account_id)

    def restore(self, row: AccountRow) -> None:
        """Take one from a snapshot."""
        if row.account_kind is AccountKind.DESK:
            self._accounts[row.account_id] = AccountRecord(
                account_id=row.account_id,
                name=row.name,
                balance=row.balance,
                peak_equity=row.peak_equity,
                day_start_equity=row.day_start_equity,
            )

    def on_opened(self, event: AccountOpened) -> None:
        """A new account."""
        if event.account_kind is AccountKind.DESK:
            self._accounts[event.account_id] = AccountRecord(account_id=event.account_id, name=event.name)

    def on_balance(self, event: BalanceChanged) -> None:
        """A deposit or withdrawal moves the peak and the day's start with it."""
        account = self._accounts[event.account_id]
        account.balance = event.balance
        account.peak_equity += event.amount
        account.day_start_equity += event.amount
        self.touch(event.account_id)

    def on_position(self, event: PositionOpened | PositionChanged | PositionClosed, equity: int) -> None:
        """The balance after a fill; `equity` counts the position as it is now."""
        account = self._accounts[event.account_id]
        account.balance = event.balance
        account.peak_equity = max(account.peak_equity, equity)
        self.touch(event.account_id)

    def begin_day(self, account_id: int, equity: int) -> None:
        """00:00 UTC of engine time: the day's profit counts from here. One without positions is not valued then."""
        self._accounts[account_id].day_start_equity = equity
        self.touch(account_id)

    def on_valued(self, event: AccountValued) -> None:
        """The engine's own valuation."""
        account = self._accounts[event.account_id]
        account.balance = event.balance
        account.peak_equity = event.peak_equity
        account.day_start_equity = event.day_start_equity
        self.touch(event.account_id)
