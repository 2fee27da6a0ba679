"""What a snapshot says at the end of a run: what the desk is worth and what it earned."""

from __future__ import annotations

from cambist.domain.vocabulary import AccountKind
from cambist.protocols.snapshot import (
    AccountRow,
    EngineRow,
    InstrumentRow,
    PositionRow,
    decode_snapshot,
)


class ClosingState:
    """The sums of the desk's accounts. Money in 1e-8 of the quote asset."""

    def __init__(self, snapshot: bytes) -> None:
        _, sections = decode_snapshot(snapshot)
        (self.engine,) = sections[EngineRow]
        self._unit_values = {row.instrument_id: row.unit_value for row in sections[InstrumentRow]}
        self._accounts: list[AccountRow] = [row for row in sections[AccountRow] if row.account_kind is AccountKind.DESK]
        self._positions: list[PositionRow] = sections[PositionRow]

    @property
    def equity(self) -> int:
        """Balances and unrealised P&L."""
        return sum(account.balance for account in self._accounts) + self._unrealised_pnl

    @property
    def pnl(self) -> int:
        """Everything that trading earned or cost since the accounts were opened, deposits left out."""
        earned = sum(position.realised_pnl - position.commission for position in self._positions)
        return earned + self._unrealised_pnl

    @property
    def _unrealised_pnl(self) -> int:
        return sum(
            position.qty * position.mark_price * self._unit_values[position.instrument_id] - position.cost
            for position in self._positions
        )
