"""From the control plane to the engine: commands, and their durable answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future

from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.ports.engine_host import EMERGENCIES, EngineHost, Receipt
from cambist.domain.errors import EngineBusy, EngineStopped, QueueFull
from cambist.domain.events import CommandRejected
from cambist.domain.message import Command
from cambist.domain.reasons import Reason, reason_name

WAITING_MAX = 10_000
"""Submissions that may wait for the engine at once."""
ANSWER_WITHIN_S = 10.0
_TRY_AGAIN_AFTER_S = 0.01


class CommandGateway:
    """Sends commands and waits for their commit."""

    def __init__(self, host: EngineHost, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._host = host
        self._answer_within_s = answer_within_s

    async def send(self, command: Command) -> Receipt | Refusal:
        """The receipt of a durable command, otherwise as `send_all`."""
        receipts = await self.send_all([command])
        return receipts if isinstance(receipts, Refusal) else receipts[0]

    async def carry_out(self, command: Command) -> Receipt | Refusal:
        """As `send`, of a command that is no order: where the engine rejects it, a refusal for its reason."""
        receipt = await self.send(command)
        reason = 0 if isinstance(receipt, Refusal) else rejection(receipt)
        return refusal(reason, f"Nothing was changed: {reason_name(reason)}.") if reason else receipt

    async def send_all(self, commands: Sequence[Command]) -> list[Receipt] | Refusal:
        """The receipts of commands that are applied one after the other at one engine time, once they are durable, or
        SYSTEM_BUSY at once where too much waits already or no place is left. Emergencies are never refused for
        what waits, and try until the time for an answer is over where no place is left at all.

        Raises a CambistError where the host has stopped or the journal failed, EngineBusy where it does not answer
        in time, ValueOutOfRange where a command holds a number beyond its width.
        """
        waiting = self._host.queue_depth
        if all(isinstance(command, EMERGENCIES) for command in commands):
            return await self._insist(commands)
        if waiting >= WAITING_MAX:
            return refusal(Reason.SYSTEM_BUSY, f"{waiting} requests wait for the engine; this one was not taken.")
        return await self._submit(commands, self._answer_within_s)

    async def _insist(self, commands: Sequence[Command]) -> list[Receipt] | Refusal:
        """Submit until there is a place, or nobody would wait for the answer any more."""
        now_s = asyncio.get_running_loop().time
        ends_s = now_s() + self._answer_within_s
        while True:
            answer = await self._submit(commands, max(0.0, ends_s - now_s()))
            if not isinstance(answer, Refusal) or now_s() + _TRY_AGAIN_AFTER_S > ends_s:
                return answer
            await asyncio.sleep(_TRY_AGAIN_AFTER_S)

    async def _submit(self, commands: Sequence[Command], within_s: float) -> list[Receipt] | Refusal:
        answer = self._host.submit(commands)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(answer), within_s)
        except QueueFull as error:
            return refusal(Reason.SYSTEM_BUSY, error.message)
        except TimeoutError as error:
            raise _late(answer) from error
        except CancelledError as error:
            raise EngineStopped("The engine stopped before it took the command.", "Start it and try again.") from error


def _late(answer: Future[list[Receipt]]) -> EngineBusy:
    """A command that still waits is withdrawn, which is certain; one that was taken may take effect yet."""
    if answer.cancel():
        return EngineBusy(
            "The engine did not take the command in time; it was withdrawn and has no effect.",
            "GET /health says what holds the engine up; send the command again.",
        )
    return EngineBusy(
        "The engine took the command and did not answer in time: it is unknown whether it took effect.",
        "Resend an order with the same client_order_id, or read what became of it; GET /health says what holds it up.",
    )


def rejection(receipt: Receipt) -> int:
    """Why a command other than an order was refused; 0 where it was not."""
    sequence = receipt.command.sequence
    for event in receipt.events:
        if isinstance(event, CommandRejected) and event.command_sequence == sequence:
            return event.reason
    return 0
