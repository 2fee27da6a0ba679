"""Which market-maker protections wait for their reset, so that strategies hear when their quotes are pulled."""

from __future__ import annotations

from collections.abc import Iterable

from cambist.domain.participant_events import MarketMakerProtectionChanged, ProtectionReset, ProtectionTriggered
from cambist.protocols.participant_rows import ProtectionRow

ProtectionEvent = ProtectionTriggered | ProtectionReset | MarketMakerProtectionChanged
ALL_INSTRUMENTS = 0


class ProtectionLatches:
    """By account and instrument; a latch for all instruments holds for each of them."""

    def __init__(self) -> None:
        self._set: set[tuple[int, int]] = set()

    def restore(self, rows: Iterable[ProtectionRow]) -> None:
        """Those of a snapshot."""
        self._set = {(row.account_id, row.instrument_id) for row in rows if row.triggered}

    def is_set(self, account_id: int, instrument_id: int) -> bool:
        """True while quotes of the account are refused there."""
        return not self._set.isdisjoint({(account_id, instrument_id), (account_id, ALL_INSTRUMENTS)})

    def on_event(self, event: ProtectionEvent) -> None:
        """Triggered, reset, or taken away altogether."""
        key = (event.account_id, event.instrument_id)
        if isinstance(event, ProtectionTriggered):
            self._set.add(key)
        elif isinstance(event, ProtectionReset) or event.window_ns == 0:
            self._set.discard(key)
