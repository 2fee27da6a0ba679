"""Commission rates by account and instrument."""

from __future__ import annotations

from cambist.domain.fill import NO_FEES, Fees

ALL_INSTRUMENTS = 0


class FeeTable:
    """The most specific entry wins; without one nothing is charged."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: dict[tuple[int, int], Fees] = {}

    def rates(self, account_id: int, instrument_id: int) -> Fees:
        """The rates for a fill."""
        own = self.entries.get((account_id, instrument_id))
        return own or self.entries.get((account_id, ALL_INSTRUMENTS), NO_FEES)
