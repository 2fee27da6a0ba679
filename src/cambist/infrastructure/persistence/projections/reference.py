"""What the projections must know of instruments and accounts, kept in their own tables."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from cambist.domain.events import AccountOpened, AssetDefined, InstrumentDefined
from cambist.domain.vocabulary import AccountKind
from cambist.infrastructure.persistence.projections.tables import accounts, assets, instruments
from cambist.infrastructure.persistence.projections.upsert import upsert

MAX_COLUMN = (1 << 63) - 1


class InstrumentScale(NamedTuple):
    """How ticks and lots of one instrument become 1e-8."""

    symbol: str
    tick_size: int
    lot_size: int
    unit_value: int


def fits(value: int) -> int | None:
    """The value, or None where no 64-bit column can hold it."""
    return value if -MAX_COLUMN <= value <= MAX_COLUMN else None


class Reference:
    """Instruments and desk accounts seen so far."""

    def __init__(self, connection: Connection) -> None:
        self.scales: dict[int, InstrumentScale] = {
            row.instrument_id: InstrumentScale(row.symbol, row.tick_size_e8, row.lot_size_e8, row.unit_value_e8)
            for row in connection.execute(select(instruments))
        }
        rows = connection.execute(select(accounts.c.account_id).where(accounts.c.kind == AccountKind.DESK.name))
        self.desk_accounts: set[int] = {row.account_id for row in rows}
        self._new_instruments: list[dict[str, object]] = []
        self._new_accounts: list[dict[str, object]] = []
        self._new_assets: list[dict[str, object]] = []

    def on_instrument(self, event: InstrumentDefined) -> None:
        """Learn an instrument's scale."""
        self.scales[event.instrument_id] = InstrumentScale(
            event.symbol, event.tick_size, event.lot_size, event.unit_value
        )
        self._new_instruments.append(
            {
                "instrument_id": event.instrument_id,
                "symbol": event.symbol,
                "venue": event.venue.name,
                "tick_size_e8": event.tick_size,
                "lot_size_e8": event.lot_size,
                "unit_value_e8": event.unit_value,
            }
        )

    def on_account(self, event: AccountOpened) -> None:
        """Learn whether an account is the desk's."""
        if event.account_kind is AccountKind.DESK:
            self.desk_accounts.add(event.account_id)
        self._new_accounts.append({"account_id": event.account_id, "name": event.name, "kind": event.account_kind.name})

    def on_asset(self, event: AssetDefined) -> None:
        """Note what accounts can hold."""
        self._new_assets.append({"asset_id": event.asset_id, "name": event.name})

    def scale(self, instrument_id: int) -> InstrumentScale:
        """The scale of an instrument; orders that named an unknown one get a neutral one."""
        return self.scales.get(instrument_id, InstrumentScale("", 1, 1, 1))

    def flush(self, connection: Connection) -> None:
        """Write what is new."""
        upsert(connection, instruments, self._new_instruments)
        upsert(connection, accounts, self._new_accounts)
        upsert(connection, assets, self._new_assets)
        self._new_instruments, self._new_accounts, self._new_assets = [], [], []
