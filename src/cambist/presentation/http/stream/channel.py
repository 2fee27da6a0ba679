"""One channel: its sequence, its memory, and who listens."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from cambist.presentation.http.stream.feeds import Feed
from cambist.presentation.http.stream.frames import DataFrame, ResumePoint

if TYPE_CHECKING:
    from cambist.presentation.http.stream.session import Session

REMEMBERED_UPDATES = 1_024
_ENCODER = msgspec.json.Encoder()


class Channel:
    """Every method but `subscribe` and `unsubscribe` is called while the read model is held."""

    def __init__(self, name: str, feed: Feed, epoch: str, seq: int) -> None:
        """`seq` is that of the snapshot to begin with."""
        self.name = name
        self.idle_since_ns: int | None = None
        self._feed = feed
        self._epoch = epoch
        self._seq = seq
        self._updates: deque[bytes] = deque(maxlen=REMEMBERED_UPDATES)
        self._snapshot: tuple[int, bytes] | None = None
        self._subscribers: set[Session] = set()

    @property
    def seq(self) -> int:
        """Of the last frame."""
        return self._seq

    @property
    def is_idle(self) -> bool:
        """True where nobody listens."""
        return not self._subscribers

    def subscribe(self, session: Session) -> None:
        """Send it every update from now on."""
        self._subscribers.add(session)
        self.idle_since_ns = None

    def unsubscribe(self, session: Session) -> None:
        """Send it nothing more."""
        self._subscribers.discard(session)

    def flush(self, engine_ns: int) -> None:
        """Send what changed, encoded once."""
        data = self._feed.update()
        if data is None:
            return
        self._seq += 1
        frame = self._encode("update", engine_ns, data)
        self._updates.append(frame)
        for session in self._subscribers:
            session.offer(self.name, frame)

    def snapshot(self, engine_ns: int) -> bytes:
        """Everything as of the last frame. Flush first."""
        if self._snapshot is None or self._snapshot[0] != self._seq:
            self._snapshot = (self._seq, self._encode("snapshot", engine_ns, self._feed.snapshot()))
        return self._snapshot[1]

    def missing(self, point: ResumePoint) -> list[bytes] | None:
        """The updates after a point, or None where they are not remembered."""
        count = self._seq - point.seq
        if point.epoch != self._epoch or not 0 <= count <= len(self._updates):
            return None
        return list(self._updates)[len(self._updates) - count :]

    def close(self) -> None:
        """Stop watching the model."""
        self._feed.close()

    def _encode(self, kind: str, engine_ns: int, data: object) -> bytes:
        return _ENCODER.encode(
            DataFrame(
                type="snapshot" if kind == "snapshot" else "update",
                channel=self.name,
                epoch=self._epoch,
                seq=self._seq,
                time=str(engine_ns),
                data=data,
            )
        )
