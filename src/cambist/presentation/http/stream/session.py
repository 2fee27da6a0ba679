"""One connected client: what it subscribed to, and what waits to be sent to it.

A client that reads too slowly loses what waits, and is sent a fresh snapshot of each of those channels once it has
caught up: memory stays bounded and it never sees a gap.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable

FRAMES_MAX = 512
BYTES_MAX = 8 << 20
ANSWERS_MAX = 256


class Session:
    """Belongs to the server's loop."""

    def __init__(self) -> None:
        self.channels: set[str] = set()
        self.session_id = uuid.uuid4().hex[:16]
        """What the engine calls this connection when it ends."""
        self.accounts: dict[int, None] = {}
        """Whose orders by hand depend on it."""
        self._outbox: deque[tuple[str | None, bytes]] = deque()
        self._bytes = 0
        self._stale: dict[str, None] = {}
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()

    @property
    def queued_frames(self) -> int:
        """Frames that wait."""
        return len(self._outbox)

    def answer(self, frame: bytes) -> None:
        """Queue an answer to the client's own request; never dropped."""
        self._put(None, frame)

    def offer(self, channel: str, frame: bytes) -> None:
        """Queue data, unless the client is behind."""
        if channel in self._stale:
            return
        if len(self._outbox) >= FRAMES_MAX or self._bytes + len(frame) > BYTES_MAX:
            self._fall_behind()
            self._stale[channel] = None
            return
        self._put(channel, frame)

    def forget(self, channel: str) -> None:
        """Drop what waits of a channel that is not subscribed any more."""
        self._stale.pop(channel, None)
        self._keep(lambda name: name != channel)

    def await_snapshot(self, channel: str) -> None:
        """A snapshot is due before any update."""
        self._stale[channel] = None
        self._filled.set()

    async def next_frame(self, snapshot: Callable[[str], bytes | None]) -> bytes:
        """The next frame to send. `snapshot` makes one of a channel, or None where it is gone."""
        while True:
            if self._outbox:
                _, frame = self._outbox.popleft()
                self._bytes -= len(frame)
                return frame
            self._drained.set()
            if self._stale:
                channel = next(iter(self._stale))
                made = snapshot(channel)
                self._stale.pop(channel, None)
                if made is not None:
                    return made
                continue
            self._filled.clear()
            await self._filled.wait()

    async def wait_for_room(self) -> None:
        """Take no more requests than answers can be sent for."""
        while len(self._outbox) >= ANSWERS_MAX:
            self._drained.clear()
            await self._drained.wait()

    def _put(self, channel: str | None, frame: bytes) -> None:
        self._outbox.append((channel, frame))
        self._bytes += len(frame)
        self._filled.set()

    def _fall_behind(self) -> None:
        for channel, _ in self._outbox:
            if channel is not None:
                self._stale[channel] = None
        self._keep(lambda channel: channel is None)

    def _keep(self, wanted: Callable[[str | None], bool]) -> None:
        self._outbox = deque((channel, frame) for channel, frame in self._outbox if wanted(channel))
        self._bytes = sum(len(frame) for _, frame in self._outbox)
