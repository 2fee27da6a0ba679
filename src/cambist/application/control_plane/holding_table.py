"""What can be held besides money on margin, and what each account holds of it."""

from __future__ import annotations

from collections.abc import Iterator

from cambist.application.control_plane.watched import Watched
from cambist.domain.events import AssetDefined, HoldingChanged
from cambist.protocols.snapshot import AssetRow, HoldingRow

HoldingKey = tuple[int, int]
"""account_id, asset_id."""


class HoldingTable(Watched[HoldingKey]):
    """Balances in 1e-8 of the asset. What open orders reserve of them is not kept here."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[int, str] = {}
        self._balances: dict[HoldingKey, int] = {}

    def __iter__(self) -> Iterator[tuple[HoldingKey, int]]:
        return iter(sorted(self._balances.items()))

    @property
    def assets(self) -> list[tuple[int, str]]:
        """Ids and names of what is defined, by id."""
        return sorted(self._names.items())

    def name_of(self, asset_id: int) -> str:
        """Of an asset that is defined."""
        return self._names[asset_id]

    def asset_id(self, name: str) -> int | None:
        """By name, as defined or in lower case."""
        ids = {known: asset_id for asset_id, known in self._names.items()}
        return ids.get(name, ids.get(name.upper()))

    def balance(self, account_id: int, asset_id: int) -> int:
        """0 where an account never held it."""
        return self._balances.get((account_id, asset_id), 0)

    def restore(self, row: HoldingRow) -> None:
        """Take a balance from a snapshot."""
        self._balances[row.account_id, row.asset_id] = row.balance

    def define(self, definition: AssetDefined | AssetRow) -> None:
        """Something that can be held."""
        self._names[definition.asset_id] = definition.name

    def on_changed(self, event: HoldingChanged) -> None:
        """After a deposit, a withdrawal or a fill."""
        self._balances[event.account_id, event.asset_id] = event.balance
        self.touch((event.account_id, event.asset_id))
