"""How much may wait for the engine, and what passes even then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.refusal import Refusal
from cambist.application.ports.engine_host import Receipt
from cambist.domain.commands import AdvanceTime, Kill, MassCancel, SetTradingState
from cambist.domain.errors import StorageFailure
from cambist.domain.message import Command
from cambist.domain.vocabulary import TradingState
from cambist.testing.immediate_host import ImmediateHost


class StuckHost(ImmediateHost):
    """Takes everything and answers nothing until it is told to."""

    def __init__(self) -> None:
        self.answers: list[Future[list[Receipt]]] = []

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        self.answers.append(Future())
        return self.answers[-1]

    def go_on(self) -> None:
        for answer in self.answers:
            answer.set_result([Receipt(AdvanceTime(sequence=1), ())])


def test_what_finds_too_many_waiting_is_refused_at_once_and_passes_later() -> None:
    async def scenario() -> None:
        host = StuckHost()
        gateway = CommandGateway(host, waiting_max=3)
        waiting = [asyncio.ensure_future(gateway.send(AdvanceTime())) for _ in range(3)]
        await asyncio.sleep(0)
        refused = await gateway.send(AdvanceTime())
        assert isinstance(refused, Refusal) and refused.code == "SYSTEM_BUSY"
        assert len(host.answers) == 3
        host.go_on()
        assert all(isinstance(answer, Receipt) for answer in await asyncio.gather(*waiting))
        later = asyncio.ensure_future(gateway.send(AdvanceTime()))
        await asyncio.sleep(0)
        host.answers[-1].set_exception(StorageFailure("The disk is full.", "Free some space."))
        with pytest.raises(StorageFailure):
            await later

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "command",
    [
        Kill(account_id=0, cause="enough"),
        MassCancel(account_id=0),
        SetTradingState(account_id=0, state=TradingState.HALTED, cause="enough"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_stops_the_desk_is_taken_however_many_wait(command: Command) -> None:
    async def scenario() -> None:
        host = StuckHost()
        stopping = asyncio.ensure_future(CommandGateway(host, waiting_max=0).send(command))
        await asyncio.sleep(0)
        host.go_on()
        assert isinstance(await stopping, Receipt)

    asyncio.run(scenario())


def test_a_failed_command_waits_no_longer() -> None:
    async def scenario() -> None:
        host = StuckHost()
        gateway = CommandGateway(host, waiting_max=1)
        for _ in range(3):
            failing = asyncio.ensure_future(gateway.send(AdvanceTime()))
            await asyncio.sleep(0)
            host.answers[-1].set_exception(StorageFailure("The disk is full.", "Free some space."))
            with pytest.raises(StorageFailure):
                await failing

    asyncio.run(scenario())
