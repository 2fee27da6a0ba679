"""The fact that says what an order asked beyond a plain one."""

from __future__ import annotations

from cambist.domain.commands import NewOrder
from cambist.domain.events import OrderInstructed
from cambist.domain.instructions import INSTRUCTION_FIELDS, Instructions
from cambist.engine.reference.event_log import EventLog


def state_instructions(log: EventLog, order_id: int, command: NewOrder) -> None:
    """State the instructions of an order; nothing where it has none."""
    instructions = Instructions.of(command)
    if not instructions.are_plain:
        log.emit(
            OrderInstructed(
                order_id=order_id,
                instrument_id=command.instrument_id,
                account_id=command.account_id,
                **{name: getattr(instructions, name) for name in INSTRUCTION_FIELDS},
            )
        )
