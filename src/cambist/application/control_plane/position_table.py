"""Positions of the desk, valued exactly as the engine values them: at the last fill, and once a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from cambist.application.control_plane.instrument_table import InstrumentTable
from cambist.application.control_plane.watched import Watched
from cambist.domain.events import OrderFilled, PositionChanged, PositionClosed, PositionOpened
from cambist.protocols.snapshot import PositionRow

PositionKey = tuple[int, int, int]
"""account_id, strategy_id, instrument_id."""


class PositionView(msgspec.Struct, frozen=True, kw_only=True):
    """A position. qty in signed lots, prices in ticks, money in 1e-8."""

    account_id: int
    strategy_id: int
    instrument_id: int
    qty: int
    cost: int
    realised_pnl: int
    mark_price: int
    unit_value: int
    is_spot: bool
    """Then it records trading in the instrument's quote asset, and counts in no sum of money."""

    @property
    def key(self) -> PositionKey:
        """What names it."""
        return self.account_id, self.strategy_id, self.instrument_id

    @property
    def notional(self) -> int:
        """Its size at the mark, in 1e-8."""
        return abs(self.qty) * self.mark_price * self.unit_value

    @property
    def unrealised_pnl(self) -> int:
        """What closing at the mark would realise, in 1e-8."""
        return self.qty * self.mark_price * self.unit_value - self.cost


class PositionTable(Watched[PositionKey]):
    """Every position that ever had a fill."""

    def __init__(self, instruments: InstrumentTable) -> None:
        super().__init__()
        self._instruments = instruments
        self._positions: dict[PositionKey, PositionView] = {}
        self._fill_price = 0

    def __iter__(self) -> Iterator[PositionView]:
        return iter([self._positions[key] for key in sorted(self._positions)])

    def __getitem__(self, key: PositionKey) -> PositionView:
        return self._positions[key]

    def of_account(self, account_id: int) -> list[PositionView]:
        """All positions of an account."""
        return [position for position in self._positions.values() if position.account_id == account_id]

    def of_strategy(self, strategy_id: int) -> list[PositionView]:
        """All positions of a strategy."""
        return [position for position in self._positions.values() if position.strategy_id == strategy_id]

    def on_margin(self, account_id: int, strategy_id: int | None = None) -> list[PositionView]:
        """Those of an account, or of a strategy in it, whose profit and loss is the account's money."""
        return [
            position
            for position in self.of_account(account_id)
            if not position.is_spot and strategy_id in (None, position.strategy_id)
        ]

    def restore(self, row: PositionRow) -> None:
        """Take one from a snapshot."""
        self._put(row, row.realised_pnl, row.mark_price)

    def on_filled(self, event: OrderFilled) -> None:
        """The fill that the next position event comes from."""
        self._fill_price = event.last_price

    def on_adjusted(self, mark_price: int) -> None:
        """A fill was taken back or booked anew: the position event that comes of it is marked at the market."""
        self._fill_price = mark_price

    def on_position(self, event: PositionOpened | PositionChanged | PositionClosed) -> None:
        """A position after a fill."""
        self._put(event, event.total_realised_pnl, self._fill_price)

    def value(self, account_id: int, mark_of: Callable[[int], int]) -> None:
        """Mark an account's positions to market."""
        for position in self.of_account(account_id):
            mark_price = mark_of(position.instrument_id)
            if position.qty and position.mark_price != mark_price:
                self._positions[position.key] = msgspec.structs.replace(position, mark_price=mark_price)
                self.touch(position.key)

    def _put(
        self,
        source: PositionRow | PositionOpened | PositionChanged | PositionClosed,
        realised_pnl: int,
        mark_price: int,
    ) -> None:
        instrument = self._instruments[source.instrument_id]
        position = PositionView(
            account_id=source.account_id,
            strategy_id=source.strategy_id,
            instrument_id=source.instrument_id,
            qty=source.qty,
            cost=source.cost,
            realised_pnl=realised_pnl,
            mark_price=mark_price,
            unit_value=instrument.unit_value,
            is_spot=instrument.is_spot,
        )
        self._positions[position.key] = position
        self.touch(position.key)
