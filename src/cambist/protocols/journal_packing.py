"""How a block's payload is packed for the disk: every record is written as its difference from what was expected.

Records of a kind resemble each other, sequences count up, and what follows a command is mostly what followed the last
one like it. Of every eight words one byte says which are as expected; the others follow as differences, small numbers
in few bytes. `docs/journal.md` is normative; `kernel/crates/journal/src/packing.rs` writes the same bytes. No I/O.
"""

from __future__ import annotations

import struct
from functools import cache

from cambist.protocols.records import FIRST_EVENT_KIND, HEADER, MAX_RECORD_BYTES

KNOWN_WORDS = 64
"""Of the last record of a kind, so many words are remembered."""
GROUP_WORDS = 8
_WORD = (1 << 64) - 1
_HALF = 1 << 63
_SMALL = 1 << 56
_PLACES = tuple(tuple(place for place in range(GROUP_WORDS) if not byte >> place & 1) for byte in range(256))
"""By a group's byte: the places of the words that differ."""
_ALL = 0xFF
"""The byte of a group in which every word is as expected."""
_SIZES = tuple((size, min(size, 8)) for size in ((byte & -byte).bit_length() or 9 for byte in range(256)))
"""By its first byte: the size of a difference, and how many of its lowest bits tell the size."""


class DamagedPayload(ValueError):
    """The bytes are not what a packer wrote. Never leaves the journal."""


class _Expectation:
    """What the records of a block so far let expect of the next one."""

    def __init__(self, next_sequence: int, next_event_sequence: int) -> None:
        self.followers: dict[int, int] = {}
        self.known: dict[int, list[int]] = {}
        self.last_kind = 0
        self.sequences = [next_sequence, next_event_sequence]
        self.now = 0

    def first_word(self) -> int:
        return self.followers.get(self.last_kind, 0)

    def words(self, first_word: int, count: int) -> list[int]:
        """What a record of `count` words is expected to be, its first word known."""
        kind = first_word >> 32 & 0xFF
        known = self.known.get(kind, ())
        body = [*known[3:count], *[0] * (count - max(len(known), 3))]
        return [first_word, self.sequences[kind >= FIRST_EVENT_KIND], self.now, *body]

    def note(self, words: list[int]) -> None:
        kind = words[0] >> 32 & 0xFF
        self.followers[self.last_kind] = words[0]
        known = self.known.get(kind, [])
        self.known[kind] = [*words[:KNOWN_WORDS], *known[len(words) :]]
        self.last_kind = kind
        self.sequences[kind >= FIRST_EVENT_KIND] = words[1] + 1 & _WORD
        self.now = words[2]


def pack_payload(payload: bytes, next_sequence: int, next_event_sequence: int) -> bytes:
    """The packed records of a block that begins with these sequences; they must be whole records."""
    expectation = _Expectation(next_sequence, next_event_sequence)
    packed = bytearray()
    offset = 0
    while offset < len(payload):
        (size,) = _SIZE.unpack_from(payload, offset)
        words = list(_words(size // 8).unpack_from(payload, offset))
        expected = expectation.words(words[0], len(words))
        expected[0] = expectation.first_word()
        expectation.note(words)
        _pack_record(words, expected, packed)
        offset += size
    return bytes(packed)


def unpack_payload(
    packed: bytes | memoryview, payload_bytes: int, next_sequence: int, next_event_sequence: int
) -> bytes:
    """The records of a block. Raises DamagedPayload where they do not have exactly `payload_bytes`."""
    expectation = _Expectation(next_sequence, next_event_sequence)
    records: list[bytes] = []
    offset, left = 0, payload_bytes
    data = bytes(packed)
    try:
        while offset < len(data):
            words, offset = _unpack_record(data, offset, expectation, left)
            expectation.note(words)
            records.append(_words(len(words)).pack(*words))
            left -= 8 * len(words)
    except IndexError as error:
        raise DamagedPayload("it ends within a record") from error
    if left:
        raise DamagedPayload(f"{left} bytes are missing of its payload")
    return b"".join(records)


def _pack_record(words: list[int], expected: list[int], packed: bytearray) -> None:
    for start in range(0, len(words), GROUP_WORDS):
        group, known = words[start : start + GROUP_WORDS], expected[start : start + GROUP_WORDS]
        mask, differences = _ALL, bytearray()
        if group != known:
            for place, (word, likely) in enumerate(zip(group, known, strict=True)):
                if word != likely:
                    mask ^= 1 << place
                    differences += _difference(word - likely & _WORD)
        packed.append(mask)
        packed += differences


def _difference(difference: int) -> bytes:
    """Folded so that small numbers of either sign are small; the zeros before the lowest one tell the length."""
    folded = difference << 1 if difference < _HALF else (_WORD - difference << 1) + 1
    if folded >= _SMALL:
        return b"\0" + folded.to_bytes(8, "little")
    size = (folded.bit_length() + 6) // 7
    return ((folded << 1 | 1) << size - 1).to_bytes(size, "little")


def _unpack_record(data: bytes, offset: int, expectation: _Expectation, limit: int) -> tuple[list[int], int]:
    mask = data[offset]
    offset += 1
    first_word = expectation.first_word()
    if not mask & 1:
        difference, offset = _read_difference(data, offset)
        first_word = first_word + difference & _WORD
    size = first_word & 0xFFFFFFFF
    if size < HEADER.size or size % 8 or size > min(limit, MAX_RECORD_BYTES):
        raise DamagedPayload(f"a record of {size} bytes cannot be in it")
    count = size // 8
    words = expectation.words(first_word, count)
    mask |= 1
    for start in range(0, count, GROUP_WORDS):
        if start:
            mask = data[offset]
            offset += 1
        if mask != _ALL:
            offset = _correct(words, start, mask, data, offset)
    return words, offset


def _correct(words: list[int], start: int, mask: int, data: bytes, offset: int) -> int:
    """Add the differences of a group to what was expected; the offset behind them. Every record comes through here."""
    for place in _PLACES[mask]:
        size, shift = _SIZES[data[offset]]
        folded = int.from_bytes(data[offset : offset + size], "little") >> shift
        words[start + place] = words[start + place] + (folded >> 1 ^ -(folded & 1)) & _WORD
        offset += size
    if offset > len(data):
        raise DamagedPayload("it ends within a number")
    return offset


def _read_difference(data: bytes, offset: int) -> tuple[int, int]:
    size, shift = _SIZES[data[offset]]
    folded = int.from_bytes(data[offset : offset + size], "little") >> shift
    if offset + size > len(data):
        raise DamagedPayload("it ends within a number")
    return folded >> 1 ^ -(folded & 1), offset + size


@cache
def _words(count: int) -> struct.Struct:
    return struct.Struct(f"<{count}Q")


_SIZE = struct.Struct("<I")
