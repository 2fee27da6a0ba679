"""No work where nobody listens, and memory for those who come back soon."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

from cambist.presentation.http.stream.frames import ClientFrame, ResumePoint
from cambist.presentation.http.stream.hub import IDLE_NS_MAX, Hub
from cambist.presentation.http.stream.session import Session
from cambist.testing.served_desk import ServedDesk, served_desk


class SteppedClock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.at_ns = 0

    def now_ns(self) -> int:
        return self.at_ns

    def monotonic_ns(self) -> int:
        return self.at_ns


async def next_frame(hub: Hub, session: Session) -> dict[str, Any]:
    return dict(json.loads(await session.next_frame(hub.snapshot)))


def watchers(desk: ServedDesk) -> int:
    return len(desk.model.orders._watchers)


def test_a_channel_is_forgotten_a_minute_after_its_last_listener_and_never_reuses_a_sequence() -> None:
    async def scenario(desk: ServedDesk) -> None:
        clock = SteppedClock()
        hub = Hub(replace(desk.services, clock=clock))
        session = hub.enter()
        hub.handle(session, ClientFrame(op="subscribe", channels=["orders"]))
        frames = [await next_frame(hub, session) for _ in range(3)]
        assert [frame["type"] for frame in frames] == ["hello", "subscribed", "snapshot"]
        assert watchers(desk) == 1
        hub.leave(session)
        hub.flush()
        clock.at_ns = IDLE_NS_MAX
        hub.flush()
        assert watchers(desk) == 1
        clock.at_ns = IDLE_NS_MAX + 1
        hub.flush()
        assert watchers(desk) == 0
        back = hub.enter()
        point = ResumePoint(epoch=hub.epoch, seq=frames[-1]["seq"])
        hub.handle(back, ClientFrame(op="subscribe", channels=["orders"], resume={"orders": point}))
        frames = [await next_frame(hub, back) for _ in range(3)]
        assert (frames[-1]["type"], frames[-1]["seq"]) == ("snapshot", point.seq + 1)
        hub.leave(back)

    with served_desk() as desk:
        asyncio.run(scenario(desk))


def test_a_failing_channel_is_logged_and_the_next_round_tries_again(caplog) -> None:
    async def scenario(desk: ServedDesk) -> int:
        hub = Hub(desk.services)
        rounds = 0

        def fail() -> None:
            nonlocal rounds
            rounds += 1
            raise RuntimeError("this round is broken")

        hub.flush = fail  # type: ignore[method-assign]
        session = hub.enter()
        hub.handle(session, ClientFrame(op="subscribe", channels=["orders"]))
        async with hub.running(None):  # type: ignore[arg-type]
            while rounds < 2:
                await asyncio.sleep(0)
        return rounds

    with served_desk() as desk:
        assert asyncio.run(scenario(desk)) == 2
    assert "updates could not be sent" in caplog.text
