"""What happened since this process began, counted: for metrics and rates."""

from __future__ import annotations

from collections import Counter, deque

from cambist.application.ports.engine_host import Commit
from cambist.domain.durations import SECOND_NS
from cambist.domain.events import (
    LimitBreached,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderFilled,
    OrderRejected,
    OrderSubmitted,
)
from cambist.domain.message import Event
from cambist.domain.reasons import reason_name
from cambist.domain.widths import TimeNs

_RATE_SECONDS = 5


class Activity:
    """Counters only grow; rates look at the last seconds of engine time."""

    def __init__(self) -> None:
        self.commands = 0
        self.events = 0
        self.now_ns: TimeNs = 0
        self.sequence = 0
        self.orders: Counter[str] = Counter()
        """By outcome: submitted, denied, rejected, filled, canceled, expired. Desk orders only."""
        self.fills = 0
        self.refusals: Counter[str] = Counter()
        """Denials and breaches by reason."""
        self._recent: deque[tuple[int, int, int]] = deque()

    def on_commit(self, commit: Commit) -> None:
        """Count what came."""
        events = sum(len(receipt.events) for receipt in commit.receipts)
        self.commands += len(commit.receipts)
        self.events += events
        self.now_ns = max(self.now_ns, commit.now_ns)
        if commit.receipts:
            self.sequence = commit.receipts[-1].command.sequence
        self._recent.append((commit.now_ns, len(commit.receipts), events))
        while self._recent[0][0] < self.now_ns - _RATE_SECONDS * SECOND_NS:
            self._recent.popleft()

    def on_order(self, event: Event) -> None:
        """Count one fact about a desk order."""
        if isinstance(event, OrderFilled):
            self.fills += 1
            if event.leaves_qty == 0:
                self.orders["filled"] += 1
        elif isinstance(event, OrderDenied):
            self.orders["denied"] += 1
            self.refusals[reason_name(event.reason)] += 1
        else:
            self.orders[_OUTCOMES[type(event)]] += 1

    def on_breach(self, event: LimitBreached) -> None:
        """Count a reached limit."""
        self.refusals[reason_name(event.reason)] += 1

    @property
    def commands_per_second(self) -> float:
        """Over the last seconds of engine time."""
        return sum(commands for _, commands, _ in self._recent) / _RATE_SECONDS

    @property
    def events_per_second(self) -> float:
        """Over the last seconds of engine time."""
        return sum(events for _, _, events in self._recent) / _RATE_SECONDS


_OUTCOMES: dict[type[Event], str] = {
    OrderSubmitted: "submitted",
    OrderRejected: "rejected",
    OrderCanceled: "canceled",
    OrderExpired: "expired",
}
