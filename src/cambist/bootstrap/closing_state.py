"""What a snapshot says at the end of a run: the account's worth and what each strategy made of it."""

from __future__ import annotations

from collections.abc import Iterable

from cambist.protocols.snapshot import (
    AccountRow,
    EngineRow,
    InstrumentRow,
    PositionRow,
    StrategyRow,
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
        self._strategies: dict[str, StrategyRow] = {row.name: row for row in sections[StrategyRow]}

    def equity(self, account_id: int) -> int:
        """Balance and unrealised P&L."""
        return int(self._accounts[account_id].balance) + self._unrealised(self._of_account(account_id))

    def pnl(self, account_id: int) -> int:
        """Everything that trading earned or cost since the account was opened, deposits left out."""
        positions = self._of_account(account_id)
        earned = sum(position.realised_pnl - position.commission for position in positions)
        return int(earned) + self._unrealised(positions)

    def strategy(self, name: str) -> StrategyRow:
        """What the engine knows of a strategy."""
        return self._strategies[name]

    def strategy_unrealised(self, strategy_id: int) -> int:
        """Of its open positions."""
        return self._unrealised(position for position in self._positions if position.strategy_id == strategy_id)

    def strategy_commission(self, strategy_id: int) -> int:
        """What its fills cost; negative is a rebate."""
        return sum(position.commission for position in self._positions if position.strategy_id == strategy_id)

    def _of_account(self, account_id: int) -> list[PositionRow]:
        return [position for position in self._positions if position.account_id == account_id]

    def _unrealised(self, positions: Iterable[PositionRow]) -> int:
        return sum(
            position.qty * position.mark_price * self._unit_values[position.instrument_id] - position.cost
            for position in positions
        )
