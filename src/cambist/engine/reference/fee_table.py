"""Commission rates by account and instrument, and those that a schedule gives by volume."""

from __future__ import annotations

from cambist.domain.fill import NO_FEES, Fees, FeeTier

ALL_INSTRUMENTS = 0


class FeeTable:
    """The most specific entry wins, then the account's tier; without either nothing is charged."""

    __slots__ = ("entries", "schedules", "tiers")

    def __init__(self) -> None:
        self.entries: dict[tuple[int, int], Fees] = {}
        self.schedules: dict[int, list[FeeTier]] = {}
        """By account, 0 for all that have none of their own."""
        self.tiers: dict[int, Fees] = {}
        """What its schedule gives each account now."""

    def rates(self, account_id: int, instrument_id: int) -> Fees:
        """The rates for a fill."""
        own = self.entries.get((account_id, instrument_id))
        tier = self.tiers.get(account_id, NO_FEES)
        return own or self.entries.get((account_id, ALL_INSTRUMENTS), tier)
