"""The names in a scenario and the numbers behind them."""

from __future__ import annotations

from decimal import Decimal

from cambist.domain.commands import ANY_ACCOUNT
from cambist.domain.vocabulary import AccountKind

_UNITS_NS = {"ms": 10**6, "s": 10**9, "h": 3600 * 10**9}
UNKNOWN_ID = 999
"""What a name that was never defined stands for."""
FIRM = "firm"
_SCOPES = {FIRM: 0, "everybody": ANY_ACCOUNT}


class World:
    """Ids are given in order of definition, from 1. Orders are known by their labels, or as #order_id."""

    def __init__(self) -> None:
        self.instruments: dict[str, int] = {}
        self.accounts: dict[str, int] = {}
        self.kinds: dict[str, AccountKind] = {}
        self.strategies: dict[str, int] = {}
        self.assets: dict[str, int] = {}
        self.strategy_accounts: dict[int, str] = {}
        self.orders: dict[str, int] = {}
        self.order_accounts: dict[str, str] = {}

    def instrument_id(self, symbol: str) -> int:
        """Of a symbol."""
        return self.instruments.get(symbol, UNKNOWN_ID)

    def asset_id(self, name: str) -> int:
        """Of an asset."""
        return self.assets.get(name, UNKNOWN_ID)

    def account_id(self, name: str) -> int:
        """Of an account; the firm is 0, everybody is every account there is."""
        return _SCOPES[name] if name in _SCOPES else self.accounts.get(name, UNKNOWN_ID)

    def strategy_id(self, name: str) -> int:
        """Of a strategy; an empty name is a person: 0."""
        return self.strategies.get(name, UNKNOWN_ID) if name else 0

    def scope_ids(self, scope: str) -> tuple[int, int]:
        """account_id and strategy_id of `account` or `account/strategy`."""
        account, _, strategy = scope.partition("/")
        return self.account_id(account), self.strategy_id(strategy)

    def order_id(self, label: str) -> int:
        """Of a labelled order."""
        return self.orders.get(label, UNKNOWN_ID)

    def order(self, order_id: int) -> str:
        """The label of an order."""
        return _name_of(self.orders, order_id) or f"#{order_id}"

    def symbol(self, instrument_id: int) -> str:
        """Of an instrument."""
        return _name_of(self.instruments, instrument_id) or f"#{instrument_id}"

    def asset(self, asset_id: int) -> str:
        """Its name."""
        return _name_of(self.assets, asset_id) or f"#{asset_id}"

    def account(self, account_id: int) -> str:
        """Its name; the firm for 0."""
        return _name_of(self.accounts, account_id) or (FIRM if account_id == 0 else f"#{account_id}")

    def strategy(self, strategy_id: int) -> str:
        """Its name."""
        return _name_of(self.strategies, strategy_id) or f"#{strategy_id}"

    def scope(self, account_id: int, strategy_id: int) -> str:
        """`account` or `account/strategy`."""
        account = self.account(account_id)
        return f"{account}/{self.strategy(strategy_id)}" if strategy_id else account


def _name_of(table: dict[str, int], number: int) -> str | None:
    return next((name for name, value in table.items() if value == number), None)


def duration_ns(text: str) -> int:
    """`500ms`, `2s`, `24h`."""
    unit = text.lstrip("-0123456789.")
    return int(Decimal(text.removesuffix(unit)) * _UNITS_NS[unit])
