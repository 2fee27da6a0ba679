"""Joins the REST depth snapshot and the stream of diffs into one book without holes.

The exchange's rule: buffer diffs, take a snapshot, drop diffs with `u < lastUpdateId`; the first kept one must have
`U <= lastUpdateId <= u`; from then on each diff's `pu` equals the `u` before. Anything else is a gap: the book is
void until the next snapshot.
"""

from __future__ import annotations

from collections import deque
from enum import Enum

from cambist.protocols.binance.market_messages import DepthDiff, DepthPicture

BUFFERED_DIFFS_MAX = 10_000


class SyncState(Enum):
    """Where a book stands."""

    WAITING = "WAITING"
    """No usable snapshot yet: diffs are buffered, a snapshot is wanted."""
    JOINING = "JOINING"
    """A snapshot is in the book, the first diff that continues it is still to come."""
    SYNCHRONISED = "SYNCHRONISED"


class DepthSynchroniser:
    """One instrument's chain of updates."""

    def __init__(self) -> None:
        self.state = SyncState.WAITING
        self.last_update_id = 0
        """Of what was handed on last."""
        self.gaps = 0
        """How often the chain broke."""
        self.refused_snapshots = 0
        """Snapshots older than the oldest buffered diff."""
        self.dropped_diffs = 0
        """Diffs that were older than the snapshot, or lost from a full buffer."""
        self._buffer: deque[DepthDiff] = deque()

    @property
    def needs_snapshot(self) -> bool:
        """True where the caller should fetch one."""
        return self.state is SyncState.WAITING

    def on_diff(self, diff: DepthDiff) -> tuple[DepthDiff, ...]:
        """The diffs to apply now: this one, or none. After a gap `needs_snapshot` is true and the book is void."""
        if self.state is SyncState.WAITING:
            self._keep(diff)
            return ()
        if self.state is SyncState.JOINING:
            return self._join(diff)
        if diff.previous_update_id != self.last_update_id:
            self._break(diff)
            return ()
        self.last_update_id = diff.last_update_id
        return (diff,)

    def on_snapshot(self, picture: DepthPicture) -> tuple[DepthDiff, ...] | None:
        """The diffs to apply on top of the snapshot, or None where it is of no use.

        It is of no use while the book is in order, or where it is older than the oldest buffered diff: take
        another one then.
        """
        if self.state is SyncState.SYNCHRONISED:
            return None
        kept = [diff for diff in self._buffer if diff.last_update_id >= picture.last_update_id]
        if kept and kept[0].first_update_id > picture.last_update_id:
            self.refused_snapshots += 1
            return None
        self.dropped_diffs += len(self._buffer) - len(kept)
        self._buffer.clear()
        self.last_update_id = picture.last_update_id
        self.state = SyncState.JOINING
        return self._replay(kept)

    def _replay(self, kept: list[DepthDiff]) -> tuple[DepthDiff, ...]:
        applied: list[DepthDiff] = []
        for diff in kept:
            # A break among the kept ones voids the snapshot too: what follows is buffered for the next one.
            applied.extend(self.on_diff(diff))
        return tuple(applied)

    def _join(self, diff: DepthDiff) -> tuple[DepthDiff, ...]:
        if diff.last_update_id < self.last_update_id:
            self.dropped_diffs += 1
            return ()
        if diff.first_update_id > self.last_update_id:
            self._break(diff)
            return ()
        self.state = SyncState.SYNCHRONISED
        self.last_update_id = diff.last_update_id
        return (diff,)

    def _break(self, diff: DepthDiff) -> None:
        self.gaps += 1
        self.state = SyncState.WAITING
        self._keep(diff)

    def _keep(self, diff: DepthDiff) -> None:
        if len(self._buffer) >= BUFFERED_DIFFS_MAX:
            self._buffer.popleft()
            self.dropped_diffs += 1
        self._buffer.append(diff)
