"""A client that cannot keep up loses frames, never its place."""

from __future__ import annotations

import asyncio
import json

from cambist.presentation.http.stream.channel import Channel
from cambist.presentation.http.stream.frames import ResumePoint
from cambist.presentation.http.stream.session import ANSWERS_MAX, BYTES_MAX, FRAMES_MAX, Session


class Counting:
    """A feed of numbers."""

    def __init__(self) -> None:
        self.number = 0
        self.has_changed = False

    def change(self) -> None:
        self.number += 1
        self.has_changed = True

    def snapshot(self) -> int:
        return self.number

    def update(self) -> int | None:
        changed, self.has_changed = self.has_changed, False
        return self.number if changed else None

    def close(self) -> None:
        """Nothing to release."""


def channel_of(feed: Counting) -> Channel:
    return Channel("numbers", feed, "e", 1)


def test_a_slow_client_is_sent_a_fresh_snapshot_instead_of_what_it_missed() -> None:
    async def scenario() -> list[dict[str, object]]:
        feed, session = Counting(), Session()
        channel = channel_of(feed)
        channel.subscribe(session)
        session.answer(b'{"type": "pong"}')
        for _ in range(FRAMES_MAX + 50):
            feed.change()
            channel.flush(0)
        assert session.queued_frames <= FRAMES_MAX

        def snapshot(_: str) -> bytes:
            channel.flush(0)
            return channel.snapshot(0)

        frames = [json.loads(await session.next_frame(snapshot)) for _ in range(2)]
        feed.change()
        channel.flush(0)
        return [*frames, json.loads(await session.next_frame(snapshot))]

    answer, snapshot, update = asyncio.run(scenario())
    assert answer["type"] == "pong"
    assert (snapshot["type"], snapshot["seq"], snapshot["data"]) == ("snapshot", FRAMES_MAX + 51, FRAMES_MAX + 50)
    assert (update["type"], update["seq"]) == ("update", FRAMES_MAX + 52)


def test_large_frames_are_bounded_by_their_size() -> None:
    async def scenario() -> int:
        session = Session()
        for _ in range(20):
            session.offer("book", b"x" * (1 << 20))
        return session.queued_frames

    assert asyncio.run(scenario()) <= BYTES_MAX >> 20


def test_a_client_that_asks_faster_than_it_reads_must_wait() -> None:
    async def scenario() -> bool:
        session = Session()
        for _ in range(ANSWERS_MAX):
            session.answer(b"{}")
        waiting = asyncio.create_task(session.wait_for_room())
        await asyncio.sleep(0)
        had_to_wait = not waiting.done()
        for _ in range(ANSWERS_MAX):
            await session.next_frame(lambda _: None)
        reading = asyncio.create_task(session.next_frame(lambda _: None))
        await waiting
        reading.cancel()
        return had_to_wait

    assert asyncio.run(scenario())


def test_forgetting_a_channel_drops_what_waits_of_it() -> None:
    async def scenario() -> bytes:
        session = Session()
        session.offer("orders", b"1")
        session.offer("quotes", b"2")
        session.forget("orders")
        return await session.next_frame(lambda _: None)

    assert asyncio.run(scenario()) == b"2"


def test_a_channel_remembers_its_last_updates_only() -> None:
    feed = Counting()
    channel = channel_of(feed)
    for _ in range(1_100):
        feed.change()
        channel.flush(0)
    missing = channel.missing(ResumePoint(epoch="e", seq=channel.seq - 1_024))
    assert missing is not None and len(missing) == 1_024
    assert json.loads(missing[0])["seq"] == channel.seq - 1_023
    assert channel.missing(ResumePoint(epoch="e", seq=channel.seq - 1_025)) is None
    assert channel.missing(ResumePoint(epoch="e", seq=channel.seq)) == []
    assert channel.missing(ResumePoint(epoch="e", seq=channel.seq + 1)) is None
    assert channel.missing(ResumePoint(epoch="f", seq=channel.seq)) is None


def test_a_snapshot_is_encoded_once_until_something_changes() -> None:
    feed = Counting()
    channel = channel_of(feed)
    assert channel.snapshot(0) is channel.snapshot(5)
    feed.change()
    channel.flush(0)
    assert json.loads(channel.snapshot(0))["seq"] == 2
