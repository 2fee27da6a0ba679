"""Commands with sensible defaults, and a driver that stamps and applies them to any kernel."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from cambist.domain.commands import AdvanceTime, CancelOrder, NewOrder, ReplaceOrder
from cambist.domain.message import Command, Event
from cambist.domain.plain_commands import (
    E8,
    START_NS,
    define_instrument,
    limit_order,
    market_order,
    open_desk_account,
    open_member,
    run_strategy,
    set_limits,
)
from cambist.engine.kernel import Kernel

__all__ = [
    "E8",
    "START_NS",
    "KernelDriver",
    "define_instrument",
    "limit_order",
    "market_order",
    "open_desk_account",
    "open_member",
    "run_strategy",
    "set_limits",
]


class KernelDriver:
    """The sequencer of a test: stamps commands with the next sequence and its clock, and keeps all that happened."""

    def __init__(self, kernel: Kernel, now_ns: int = START_NS) -> None:
        self.kernel = kernel
        self.now_ns = max(now_ns, kernel.now_ns)
        self.commands: list[Command] = []
        self.events: list[Event] = []

    def apply(self, command: Command) -> list[Event]:
        """Stamp a command, apply it and return its events."""
        stamped = replace(command, sequence=self.kernel.sequence + 1, now_ns=self.now_ns)
        events = self.kernel.apply(stamped)
        self.commands.append(stamped)
        self.events += events
        return events

    def apply_all(self, commands: Iterable[Command]) -> list[Event]:
        """Apply several, one after the other."""
        return [event for command in commands for event in self.apply(command)]

    def advance(self, duration_ns: int) -> list[Event]:
        """Let time pass."""
        self.now_ns += duration_ns
        return self.apply(AdvanceTime())

    def place(self, order: NewOrder) -> int:
        """Apply an order and return its order_id."""
        self.apply(order)
        return self.kernel.sequence

    def cancel(self, order_id: int, account_id: int = 1) -> list[Event]:
        """Cancel by order_id."""
        return self.apply(CancelOrder(account_id=account_id, order_id=order_id))

    def replace(self, order_id: int, qty: int, price: int, account_id: int = 1) -> list[Event]:
        """Amend to a new total in lots and a price in ticks."""
        return self.apply(ReplaceOrder(account_id=account_id, order_id=order_id, price=price, qty=qty))
