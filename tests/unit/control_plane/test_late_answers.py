"""A command that the engine does not answer in time: what is known of it is said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.ports.engine_host import CommitListener, Receipt
from cambist.domain.commands import AdvanceTime
from cambist.domain.errors import EngineBusy
from cambist.domain.message import Command


class SilentHost:
    """Takes commands, or leaves them where they are, and never answers."""

    def __init__(self, *, takes: bool) -> None:
        self.answers: list[Future[list[Receipt]]] = []
        self._takes = takes

    @property
    def queue_depth(self) -> int:
        return 0 if self._takes else len(self.answers)

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        answer: Future[list[Receipt]] = Future()
        if self._takes:
            answer.set_running_or_notify_cancel()
        self.answers.append(answer)
        return answer

    def subscribe(self, listener: CommitListener) -> None:
        """Nothing is ever committed."""

    def snapshot(self) -> Future[bytes]:
        return Future()


def test_a_command_that_was_not_taken_in_time_is_withdrawn() -> None:
    host = SilentHost(takes=False)
    with pytest.raises(EngineBusy, match="has no effect"):
        asyncio.run(CommandGateway(host, answer_within_s=0.0).send(AdvanceTime()))
    assert host.answers[0].cancelled()


def test_of_a_command_that_was_taken_it_is_said_that_nothing_is_known() -> None:
    host = SilentHost(takes=True)
    with pytest.raises(EngineBusy, match=r"unknown whether it took effect.*same client_order_id"):
        asyncio.run(CommandGateway(host, answer_within_s=0.0).send(AdvanceTime()))
    host.answers[0].set_result([])  # the engine may answer yet: nobody is hurt
