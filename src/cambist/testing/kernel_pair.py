"""Both kernels side by side: the same commands, and no difference after any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cambist.domain.message import Command, Event
from cambist.engine.native import NativeKernel
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import decode_all, encode

_COMMANDS_PER_RESTORE = 23


def agreed(commands: Iterable[Command]) -> Iterator[tuple[Command, list[Event], ReferenceKernel]]:
    """Apply commands to both kernels: each command, its events, and the reference kernel behind it. Now and then each
    goes on from the snapshot of the other. AssertionError at the first difference.
    """
    native, reference = NativeKernel(), ReferenceKernel()
    for command in commands:
        expected = reference.apply(command)
        _, *given = decode_all(native.apply_batch(encode(command)))
        assert given == expected, f"{command}: {given} is not {expected}"
        snapshot = reference.snapshot()
        assert native.snapshot() == snapshot, f"{command} leaves different states"
        yield command, expected, reference
        if command.sequence % _COMMANDS_PER_RESTORE == 0:
            native, reference = NativeKernel.restore(snapshot), ReferenceKernel.restore(native.snapshot())
