"""What a snapshot says at the end of a run: what an account is worth and what it earned."""

from __future__ import annotations

from collections.abc import Iterable

from cambist.protocols.snapshot import (
    AccountRow,
    EngineRow,
    InstrumentRow,
    PositionRow,
    decode_snapshot,
)


class ClosingState:
    """Money in 1e-8 of the quote asset."""

    def __init__(self, snapshot: bytes) -> None:
        _, sections = decode_snapshot(snapshot)
        (self.engine,) = sections[EngineRow]
        self._unit_values = {row.instrument_id: row.unit_value for row in sections[InstrumentRow]}
        self._accounts: dict[int, AccountRow] = {row.account_id: row for row in sections[AccountRow]}
        self._positions: list[PositionRow] = sections[PositionRow]

    def equity(self, account_id: int) -> int:
        """Balance and unrealised P&L."""
        return int(self._accounts[account_id].balance) + self._unrealised(self._of_account(account_id))

    def pnl(self, account_id: int) -> int:
        """Everything that trading earned or cost since the account was opened, deposits left out."""
        positions = self._of_account(account_id)
        earned = sum(position.realised_pnl - position.commission for position in positions)
        return int(earned) + self._unrealised(positions)

    def _of_account(self, account_id: int) -> list[PositionRow]:
        return [position for position in self._positions if position.account_id == account_id]

    def _unrealised(self, positions: Iterable[PositionRow]) -> int:
        return sum(
            position.qty * position.mark_price * self._unit_values[position.instrument_id] - position.cost
            for position in positions
        )
