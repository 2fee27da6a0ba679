"""How much may wait for the engine, and what passes even then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from cambist.application.control_plane.command_gateway import WAITING_MAX, CommandGateway
from cambist.application.control_plane.refusal import Refusal
from cambist.application.ports.engine_host import Receipt
from cambist.domain.commands import AdvanceTime, Kill, MassCancel, SetTradingState
from cambist.domain.errors import QueueFull
from cambist.domain.message import Command
from cambist.domain.vocabulary import TradingState
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.testing.builders import START_NS, open_desk_account
from cambist.testing.immediate_host import ImmediateHost


class CrowdedHost(ImmediateHost):
    """Says that so many submissions wait."""

    waiting = 0

    @property
    def queue_depth(self) -> int:
        return self.waiting


class HostWithoutPlaces(ImmediateHost):
    """Finds no place for so many submissions."""

    refusals_left = 0

    def submit(self, commands: Sequence[Command]) -> Future[list[Receipt]]:
        self.failure = QueueFull("No place is left.", "Send it again.") if self.refusals_left else None
        self.refusals_left = max(0, self.refusals_left - 1)
        return super().submit(commands)


@pytest.fixture
def host() -> CrowdedHost:
    made = CrowdedHost(ReferenceKernel(), START_NS)
    made.apply(open_desk_account())
    return made


def test_what_finds_too_much_waiting_is_refused_at_once_and_passes_later(host: CrowdedHost) -> None:
    gateway = CommandGateway(host)
    taken: list[object] = []
    host.subscribe(taken.append)
    host.waiting = WAITING_MAX
    refused = asyncio.run(gateway.send(AdvanceTime()))
    assert isinstance(refused, Refusal) and refused.code == "SYSTEM_BUSY"
    assert taken == []
    host.waiting = WAITING_MAX - 1
    assert isinstance(asyncio.run(gateway.send(AdvanceTime())), Receipt)


def test_an_emergency_tries_again_until_there_is_a_place() -> None:
    host = HostWithoutPlaces(ReferenceKernel(), START_NS)
    host.refusals_left = 3
    answer = asyncio.run(CommandGateway(host).send(Kill(account_id=0, cause="enough")))
    assert isinstance(answer, Receipt)
    assert host.refusals_left == 0


def test_an_emergency_without_a_place_is_told_in_the_end() -> None:
    host = HostWithoutPlaces(ReferenceKernel(), START_NS)
    host.refusals_left = 1_000_000
    answer = asyncio.run(CommandGateway(host, answer_within_s=0.05).send(Kill(account_id=0, cause="enough")))
    assert isinstance(answer, Refusal) and answer.code == "SYSTEM_BUSY"
    assert host.refusals_left < 999_999


def test_a_host_without_a_place_left_is_an_answer_like_too_much_waiting(host: CrowdedHost) -> None:
    host.failure = QueueFull("No place is left.", "Send it again.")
    refused = asyncio.run(CommandGateway(host).send(AdvanceTime()))
    assert isinstance(refused, Refusal) and refused.code == "SYSTEM_BUSY"


@pytest.mark.parametrize(
    "command",
    [
        Kill(account_id=0, cause="enough"),
        MassCancel(account_id=0),
        SetTradingState(account_id=0, state=TradingState.HALTED, cause="enough"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_stops_the_desk_is_taken_however_much_waits(host: CrowdedHost, command: Command) -> None:
    host.waiting = 2 * WAITING_MAX
    assert isinstance(asyncio.run(CommandGateway(host).send(command)), Receipt)
