"""The desk's newest fills. Older ones are in the History."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from cambist.application.control_plane.watched import Watched
from cambist.application.ports.history import FillView
from cambist.domain.events import OrderFilled
from cambist.domain.participant_events import FillAdjusted

CAPACITY = 65_536


class FillLog(Watched[FillView]):
    """Fills in order, the newest at the end."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        super().__init__()
        self._fills: deque[FillView] = deque(maxlen=capacity)
        self.complete_above = 0
        """Every fill with a larger id is here."""

    def newest_first(self) -> Iterator[FillView]:
        """From the latest back."""
        return reversed(self._fills)

    def last(self, count: int) -> list[FillView]:
        """The latest, newest first."""
        return [fill for fill, _ in zip(reversed(self._fills), range(count), strict=False)]

    def remember(self, fill: FillView) -> None:
        """Take a fill from the History, oldest first."""
        self._fills.append(fill)

    def on_filled(self, event: OrderFilled) -> None:
        """One of our orders traded."""
        if len(self._fills) == self._fills.maxlen:
            self.complete_above = self._fills[0].fill_id
        fill = FillView(
            fill_id=event.sequence,
            order_id=event.order_id,
            trade_id=event.trade_id,
            account_id=event.account_id,
            strategy_id=event.strategy_id,
            instrument_id=event.instrument_id,
            side=event.side,
            price=event.last_price,
            qty=event.last_qty,
            commission=event.commission,
            liquidity=event.liquidity,
            ts_ns=event.now_ns,
        )
        self._fills.append(fill)
        self.touch(fill)

    def on_adjusted(self, event: FillAdjusted) -> None:
        """A trade was busted or corrected: its fill says so from now on, if memory still holds it."""
        for place, fill in enumerate(self._fills):
            if fill.is_side_of(event):
                self._fills[place] = fill.adjusted(event)
                self.touch(self._fills[place])
                return
