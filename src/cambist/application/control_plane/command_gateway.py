"""From the control plane to the engine: one command, one durable answer."""

from __future__ import annotations

import asyncio
from concurrent.futures import CancelledError

from cambist.application.ports.engine_host import EngineHost, Receipt
from cambist.domain.errors import EngineStopped
from cambist.domain.events import CommandRejected
from cambist.domain.message import Command


class CommandGateway:
    """Sends single commands and waits for their commit."""

    def __init__(self, host: EngineHost) -> None:
        self._host = host

    async def send(self, command: Command) -> Receipt:
        """The receipt of a durable command.

        Raises a CambistError where the host has stopped or the journal failed, ValueOutOfRange where the command
        holds a number beyond its width.
        """
        answer = self._host.submit([command])
        try:
            (receipt,) = await asyncio.wrap_future(answer)
        except CancelledError as error:
            raise EngineStopped("The engine stopped before it took the command.", "Start it and try again.") from error
        return receipt


def rejection(receipt: Receipt) -> int:
    """Why a command other than an order was refused; 0 where it was not."""
    sequence = receipt.command.sequence
    for event in receipt.events:
        if isinstance(event, CommandRejected) and event.command_sequence == sequence:
            return event.reason
    return 0
