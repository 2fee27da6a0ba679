"""Both packers write the same bytes, both unpackers read them, and neither is led astray by bytes no packer wrote."""

from __future__ import annotations

import struct
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cambist.engine.kernels import open_kernel
from cambist.infrastructure.persistence.journal.implementation import Implementation, choose_implementation
from cambist.infrastructure.persistence.journal.local_disk import LocalDisk
from cambist.protocols.journal import MAX_EXPANSION
from cambist.protocols.journal_packing import KNOWN_WORDS, DamagedPayload
from cambist.protocols.records import encode_all
from cambist.testing.builders import START_NS
from cambist.testing.random_commands import RandomCommands

IS_INSTALLED = find_spec("cambist_kernel") is not None
KERNELS = ("python", "native") if IS_INSTALLED else ("python",)
_HEADER = struct.Struct("<IBBHQQ")


def implementation(kernel: str) -> Implementation:
    return choose_implementation(kernel, LocalDisk())


def packed_by_all(payload: bytes, sequence: int, event_sequence: int) -> bytes:
    """What every packer makes of it, after every unpacker gave it back."""
    made = {implementation(kernel).pack(payload, sequence, event_sequence) for kernel in KERNELS}
    assert len(made) == 1
    (packed,) = made
    for kernel in KERNELS:
        assert implementation(kernel).unpack(packed, len(payload), sequence, event_sequence) == payload
    assert len(packed) <= len(payload) // 4 * 5
    assert len(payload) <= len(packed) * MAX_EXPANSION
    return packed


def record(kind: int, sequence: int, now_ns: int, body: tuple[int, ...]) -> bytes:
    size = _HEADER.size + 8 * len(body)
    return _HEADER.pack(size, kind, 0, 0, sequence, now_ns) + struct.pack(f"<{len(body)}Q", *body)


WORDS = st.one_of(
    st.integers(0, 200), st.sampled_from([0, 1, 1 << 63, (1 << 64) - 1, 1 << 55]), st.integers(0, (1 << 64) - 1)
)


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """Records of few kinds, with bodies of every length around what is remembered, and where they begin."""
    first, first_event = draw(st.integers(1, 1 << 63)), draw(st.integers(1, 1 << 63))
    sequence, event_sequence, now_ns = first, first_event, draw(st.integers(0, 1 << 62))
    records = []
    for number in range(draw(st.integers(1, 12))):
        length = draw(st.one_of(st.integers(0, 20), st.integers(KNOWN_WORDS - 6, KNOWN_WORDS + 12)))
        body = tuple(draw(st.lists(WORDS, min_size=length, max_size=length)))
        now_ns += draw(st.integers(0, 3))
        if number and draw(st.booleans()):
            records.append(record(draw(st.sampled_from([64, 65, 200, 255])), event_sequence, now_ns, body))
            event_sequence += 1
        else:
            records.append(record(draw(st.sampled_from([1, 2, 63])), sequence, now_ns, body))
            sequence += 1
    return b"".join(records), first, first_event


@settings(max_examples=150, deadline=None)
@given(stream=streams())
def test_whatever_the_records_both_pack_and_unpack_them_alike(stream: tuple[bytes, int, int]) -> None:
    packed_by_all(*stream)


@pytest.mark.parametrize("seed", range(3))
def test_what_a_kernel_returns_takes_less_than_half_of_its_size(seed: int) -> None:
    commands = RandomCommands(seed).stream(400, START_NS)
    payload = open_kernel("auto").apply_batch(encode_all(commands))
    assert len(packed_by_all(payload, 1, 1)) < len(payload) // 2


def test_the_worked_example_of_the_page(repository: Path) -> None:
    payload = record(4, 9, 1_000, (7, 500)) + record(4, 10, 1_003, (7, 498))
    packed = packed_by_all(payload, 9, 5)
    page = (repository / "docs" / "journal.md").read_text()
    assert f"`{payload[:40].hex(' ', 8)}`" in page
    assert f"`{payload[40:].hex(' ', 8)}`" in page
    assert f"`{packed.hex(' ')}`" in page


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("change", [-64, -8, 8, 1 << 20])
def test_another_size_than_what_was_packed_is_noticed(kernel: str, change: int) -> None:
    payload = record(4, 9, 1_000, (7, 500)) * 1 + record(4, 10, 1_003, (7, 498))
    packed = packed_by_all(payload, 9, 5)
    with pytest.raises(DamagedPayload):
        implementation(kernel).unpack(packed, len(payload) + change, 9, 5)


@settings(max_examples=300, deadline=None)
@given(stream=streams(), cut=st.floats(0, 1), change=st.integers(1, 255), is_cut=st.booleans())
def test_changed_bytes_are_refused_or_unpacked_alike(
    stream: tuple[bytes, int, int], cut: float, change: int, is_cut: bool
) -> None:
    payload, sequence, event_sequence = stream
    packed = bytearray(packed_by_all(payload, sequence, event_sequence))
    place = min(int(cut * len(packed)), len(packed) - 1)
    packed[place] ^= change
    damaged = bytes(packed[:place]) if is_cut else bytes(packed)
    outcomes = {_outcome(implementation(kernel), damaged, len(payload), sequence, event_sequence) for kernel in KERNELS}
    assert len(outcomes) == 1


@settings(max_examples=300, deadline=None)
@given(noise=st.binary(max_size=200), payload_bytes=st.integers(0, 2_000).map(lambda words: 8 * words))
def test_noise_is_refused_or_unpacked_alike(noise: bytes, payload_bytes: int) -> None:
    outcomes = {_outcome(implementation(kernel), noise, payload_bytes, 1, 1) for kernel in KERNELS}
    assert len(outcomes) == 1
    (outcome,) = outcomes
    assert outcome is None or len(outcome) == payload_bytes


def _outcome(used: Implementation, packed: bytes, *expected: int) -> bytes | None:
    unpack: Callable[..., bytes] = used.unpack
    try:
        return unpack(packed, *expected)
    except DamagedPayload:
        return None
