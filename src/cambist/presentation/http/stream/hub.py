"""All channels and clients: ten times a second, what changed goes out, encoded once per channel."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec
from litestar import Litestar

from cambist.application.control_plane.refusal import Refusal
from cambist.domain.durations import SECOND_NS
from cambist.domain.errors import CambistError
from cambist.presentation.http.services import Services
from cambist.presentation.http.stream.channel import Channel
from cambist.presentation.http.stream.directory import open_feed
from cambist.presentation.http.stream.frames import Answer, Attached, ClientFrame, Hello, ResumePoint, encode_error
from cambist.presentation.http.stream.session import Session

_LOG = logging.getLogger("cambist.http")
PERIOD_S = 0.1
CONNECTIONS_MAX = 100
IDLE_NS_MAX = 60 * SECOND_NS
"""How long a channel nobody listens to remembers its updates, for a client that comes back."""


class Hub:
    """Belongs to the server's loop."""

    def __init__(self, services: Services) -> None:
        self.epoch = uuid.uuid4().hex[:16]
        self._services = services
        self._channels: dict[str, Channel] = {}
        self._last_seqs: dict[str, int] = {}
        self._sessions: set[Session] = set()
        self._has_channels = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """True where no further client fits."""
        return len(self._sessions) >= CONNECTIONS_MAX

    @asynccontextmanager
    async def running(self, _: Litestar) -> AsyncIterator[None]:
        """Send updates while the application lives."""
        task = asyncio.create_task(self._run(), name="stream hub")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def enter(self) -> Session:
        """A new client. Its first frame is hello."""
        session = Session()
        self._sessions.add(session)
        self._services.metrics.connections = len(self._sessions)
        kernel = self._services.monitor.status().kernel
        session.answer(msgspec.json.encode(Hello(epoch=self.epoch, version=self._services.version, kernel=kernel)))
        return session

    def leave(self, session: Session) -> None:
        """A client is gone."""
        self._sessions.discard(session)
        self._services.metrics.connections = len(self._sessions)
        for name in session.channels:
            self._channels[name].unsubscribe(session)

    def handle(self, session: Session, frame: ClientFrame) -> None:
        """Do what a client asks."""
        if frame.op == "ping":
            self._answer(session, "pong", frame, [])
        elif frame.op == "subscribe":
            self._subscribe(session, frame)
        elif frame.op == "attach":
            self._attach(session, frame)
        else:
            self._unsubscribe(session, frame)

    def snapshot(self, name: str) -> bytes | None:
        """A fresh snapshot of a channel that somebody listens to."""
        channel = self._channels.get(name)
        if channel is None:
            return None
        with self._services.model.reading() as model:
            channel.flush(model.activity.now_ns)
            return channel.snapshot(model.activity.now_ns)

    def flush(self) -> None:
        """Send what changed in every channel, and forget channels that were idle for long."""
        now_ns = self._services.clock.monotonic_ns()
        with self._services.model.reading() as model:
            for channel in list(self._channels.values()):
                channel.flush(model.activity.now_ns)
                self._retire(channel, now_ns)

    async def _run(self) -> None:
        """A failure is logged and the next round tries again: one bad round must not silence the page."""
        loop = asyncio.get_running_loop()
        while True:
            await self._has_channels.wait()
            due_s = loop.time() + PERIOD_S
            try:
                self.flush()
            except Exception:
                _LOG.exception("updates could not be sent")
            await asyncio.sleep(max(due_s - loop.time(), PERIOD_S / 4))

    async def end(self, session: Session) -> None:
        """Tell the engine that a connection is gone which orders depended on."""
        for account_id in session.accounts:
            try:
                await self._services.participants.end_session(account_id, session.session_id)
            except CambistError:
                _LOG.exception("the end of a session could not be told")

    def _attach(self, session: Session, frame: ClientFrame) -> None:
        account = self._services.directory.account(frame.account)
        if isinstance(account, Refusal):
            session.answer(encode_error(frame.request_id, account))
            return
        session.accounts[account.account_id] = None
        answer = Attached(request_id=frame.request_id, account=account.name, session=session.session_id)
        session.answer(msgspec.json.encode(answer))

    def _subscribe(self, session: Session, frame: ClientFrame) -> None:
        opened: list[Channel] = []
        refused: list[Refusal] = []
        for name in dict.fromkeys(frame.channels):
            channel = self._open(name)
            if isinstance(channel, Refusal):
                refused.append(channel)
            else:
                opened.append(channel)
        if opened:
            self._answer(session, "subscribed", frame, [channel.name for channel in opened])
        for refusal in refused:
            session.answer(encode_error(frame.request_id, refusal))
        for channel in opened:
            self._begin(session, channel, frame.resume.get(channel.name))

    def _begin(self, session: Session, channel: Channel, point: ResumePoint | None) -> None:
        """Missing updates where they are remembered, else a snapshot; then every update."""
        session.forget(channel.name)
        with self._services.model.reading() as model:
            channel.flush(model.activity.now_ns)
            missing = channel.missing(point) if point else None
        if missing is None:
            session.await_snapshot(channel.name)
        for update in missing or ():
            session.offer(channel.name, update)
        channel.subscribe(session)
        session.channels.add(channel.name)

    def _unsubscribe(self, session: Session, frame: ClientFrame) -> None:
        names = [name for name in dict.fromkeys(frame.channels) if name in session.channels]
        for name in names:
            self._channels[name].unsubscribe(session)
            session.channels.discard(name)
            session.forget(name)
        self._answer(session, "unsubscribed", frame, names)

    def _open(self, name: str) -> Channel | Refusal:
        """The channel, newly made where nobody listened. Its sequence goes on, so that no old point fits by chance."""
        if name not in self._channels:
            with self._services.model.reading():
                feed = open_feed(self._services, name)
            if isinstance(feed, Refusal):
                return feed
            self._channels[name] = Channel(name, feed, self.epoch, self._last_seqs.get(name, 0) + 1)
            self._has_channels.set()
        return self._channels[name]

    def _retire(self, channel: Channel, now_ns: int) -> None:
        if not channel.is_idle:
            return
        if channel.idle_since_ns is None:
            channel.idle_since_ns = now_ns
        elif now_ns - channel.idle_since_ns > IDLE_NS_MAX:
            channel.close()
            self._last_seqs[channel.name] = channel.seq
            del self._channels[channel.name]
            if not self._channels:
                self._has_channels.clear()

    def _answer(self, session: Session, kind: str, frame: ClientFrame, channels: Sequence[str]) -> None:
        session.answer(msgspec.json.encode(Answer(type=kind, request_id=frame.request_id, channels=list(channels))))
