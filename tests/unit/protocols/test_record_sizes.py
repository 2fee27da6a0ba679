"""A record says how long it is, and is believed only within reason."""

from __future__ import annotations

import pytest

from cambist.domain.commands import AdvanceTime
from cambist.domain.errors import ValueOutOfRange
from cambist.protocols.records import HEADER, MAX_RECORD_BYTES, decode, decode_all, encode


@pytest.mark.parametrize("size", [0, 8, 16, 23, 25, MAX_RECORD_BYTES + 8])
def test_an_impossible_size_is_refused(size: int) -> None:
    record = HEADER.pack(size, AdvanceTime.kind, 0, 0, 1, 1) + bytes(max(0, size - HEADER.size))
    with pytest.raises(ValueOutOfRange):
        list(decode_all(record))


def test_the_smallest_record_is_a_header() -> None:
    command = AdvanceTime(sequence=1, now_ns=1)
    assert decode(encode(command)) == (command, HEADER.size)
