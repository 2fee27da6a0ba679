"""A reference kernel that failed in the middle of a command is never used again."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cambist.domain.commands import AdvanceTime
from cambist.domain.errors import InvariantBroken
from cambist.domain.message import Command
from cambist.engine.reference import ReferenceKernel
from cambist.protocols.records import encode


class Unheard(Command, frozen=True, gc=False, kw_only=True):
    """A command that no kernel knows."""

    kind = 63


def test_after_a_failure_every_command_is_refused() -> None:
    kernel = ReferenceKernel()
    with pytest.raises(KeyError):
        kernel.apply(Unheard(sequence=1, now_ns=1))
    following = replace(AdvanceTime(), sequence=kernel.sequence + 1, now_ns=2)
    with pytest.raises(InvariantBroken, match="failed in the middle"):
        kernel.apply(following)
    with pytest.raises(InvariantBroken, match="failed in the middle"):
        kernel.apply_batch(encode(following))
