"""Brings a source from the state it last saved to the end of the journal, without doing anything twice."""

from __future__ import annotations

from collections.abc import Sequence

from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.source import Source
from cambist.domain.commands import (
    AdjustBalance,
    CreateStrategy,
    DefineInstrument,
    OpenAccount,
    SaveState,
    SetFees,
    SetLimits,
    SetStrategyParameters,
    SetStrategyState,
    SetSymbolPermission,
)

_DEFINITIONS = (
    DefineInstrument,
    OpenAccount,
    AdjustBalance,
    SetFees,
    SetLimits,
    SetSymbolPermission,
    CreateStrategy,
    SetStrategyParameters,
    SetStrategyState,
)


def catch_up(source: Source, tail: Sequence[Receipt]) -> None:
    """Let a source live again through what was journaled after its state was saved (or since it began, if never).

    What it would ask is in the journal already, so only its own state moves. Outside commands are stamped before the
    next instant of any source, so at one instant a source acts before what follows it in the journal.
    """
    began = 1 + max(
        (
            index
            for index, receipt in enumerate(tail)
            if isinstance(receipt.command, SaveState) and receipt.command.slot == source.slot
        ),
        default=-1,
    )
    for receipt in tail[began:]:
        # What was defined at the start is told before the first instant, though it carries the same time.
        is_definition = isinstance(receipt.command, _DEFINITIONS)
        _advance_to(source, receipt.command.now_ns - is_definition)
        source.on_events(receipt.events)
    if tail[began:]:
        _advance_to(source, tail[-1].command.now_ns)


def _advance_to(source: Source, now_ns: int) -> None:
    while (due_ns := source.next_ns()) is not None and due_ns <= now_ns:
        source.advance(due_ns)
