"""What commands and events have in common: a sequence, an instant, and a stable number per class."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from cambist.domain.widths import U64, TimeNs


class Message(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One record of the journal. `sequence` and `now_ns` are zero until the sequencer (for commands)
    or the engine (for events) stamps them.
    """

    kind: ClassVar[int] = 0
    sequence: U64 = 0
    now_ns: TimeNs = 0


class Command(Message, frozen=True, gc=False, kw_only=True):
    """Something asked of the engine. Commands have kinds 1 to 63 and one sequence without gaps."""


class Event(Message, frozen=True, gc=False, kw_only=True):
    """A fact. Events have kinds from 64 on and one sequence without gaps of their own."""
