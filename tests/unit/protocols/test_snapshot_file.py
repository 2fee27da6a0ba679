"""The snapshot file: whole, or refused with a reason."""

from __future__ import annotations

import hashlib

import pytest

from cambist.protocols.snapshot_file import (
    SNAPSHOT_HEADER_BYTES,
    DamagedSnapshotFile,
    SnapshotFile,
    encode_snapshot_file,
    parse_snapshot_file,
)

SNAPSHOT = SnapshotFile(1, 42, 50, b"\x07" * 32, b"the state of the engine")


def test_a_snapshot_comes_back_as_it_was_saved() -> None:
    content = encode_snapshot_file(SNAPSHOT)
    assert len(content) == SNAPSHOT_HEADER_BYTES + len(SNAPSHOT.data)
    assert SNAPSHOT_HEADER_BYTES == 144
    assert parse_snapshot_file(content) == SNAPSHOT
    assert SNAPSHOT.state_hash == hashlib.blake2b(SNAPSHOT.data).hexdigest()[:16]


def test_every_flipped_bit_is_found() -> None:
    content = encode_snapshot_file(SNAPSHOT)
    for bit in range(len(content) * 8):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DamagedSnapshotFile):
            parse_snapshot_file(bytes(damaged))


def test_every_cut_is_found() -> None:
    content = encode_snapshot_file(SNAPSHOT)
    for size in range(len(content)):
        with pytest.raises(DamagedSnapshotFile):
            parse_snapshot_file(content[:size])


def test_bytes_behind_the_end_are_found() -> None:
    with pytest.raises(DamagedSnapshotFile, match="digest"):
        parse_snapshot_file(encode_snapshot_file(SNAPSHOT) + b"\0")
