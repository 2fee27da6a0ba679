"""Packed commands and events: the bytes of the journal, of the native kernel's batches and of snapshots' rows.

A record is a 24-byte header, a fixed body (see `layout`) and an optional tail, padded to a multiple of 8::

    size u32 | kind u8 | tail padding u8 | reserved u16 | sequence u64 | now_ns i64 | body … | tail … | zeros

`size` counts everything. A stream of records is each command followed by the events it caused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from enum import IntFlag
from typing import Any

from cambist.domain.commands import COMMANDS
from cambist.domain.errors import ValueOutOfRange
from cambist.domain.events import EVENTS
from cambist.domain.message import Command, Event, Message
from cambist.protocols.layout import Layout, layout_of

HEADER = struct.Struct("<IBBHQq")
FIRST_EVENT_KIND = 64
MAX_RECORD_BYTES = 1 << 24

RECORD_TYPES: dict[int, type[Message]] = {record.kind: record for record in (*COMMANDS, *EVENTS)}
Decoder = Callable[[bytes | memoryview, int, int, int, int], Message]
"""Message of (data, start of the body, end of the tail, sequence, now_ns)."""
_DECODERS: dict[int, Decoder] = {}


def encode(message: Message) -> bytes:
    """The packed record of a command or event.

    Raises ValueOutOfRange where a number does not fit its declared width.
    """
    layout = layout_of(type(message))
    values: list[Any] = []
    for field in layout.fields:
        value = getattr(message, field.name)
        values.append(value.to_bytes(16, "little", signed=True) if field.width == "i128" else value)
    try:
        body = layout.format.pack(*values)
        tail = b""
        if layout.tail is not None:
            raw = getattr(message, layout.tail.name)
            tail = raw.encode() if layout.tail.width == "text" else raw
        padding = -len(tail) % 8
        size = HEADER.size + layout.size + len(tail) + padding
        if size > MAX_RECORD_BYTES:
            raise ValueOutOfRange(f"A record of {size} bytes is too large.", f"The limit is {MAX_RECORD_BYTES} bytes.")
        header = HEADER.pack(size, message.kind, padding, 0, message.sequence, message.now_ns)
    except (struct.error, OverflowError) as error:
        raise ValueOutOfRange(
            f"{type(message).__name__} holds a number beyond its width: {error}.", "Send a value within its bounds."
        ) from error
    return b"".join((header, body, tail, b"\0" * padding))


def encode_all(messages: Iterable[Message]) -> bytes:
    """Records one after the other."""
    return b"".join(map(encode, messages))


def decode(data: bytes | memoryview, offset: int = 0) -> tuple[Message, int]:
    """The record at `offset` and the offset behind it.

    Raises ValueOutOfRange where the bytes are not a record.
    """
    try:
        size, kind, padding, reserved, sequence, now_ns = HEADER.unpack_from(data, offset)
        end = offset + size
        is_sized = HEADER.size <= size <= MAX_RECORD_BYTES and size % 8 == 0
        if not is_sized or padding > 7 or reserved or end > len(data):
            raise ValueError("its header is damaged")
        decoder = _DECODERS.get(kind) or _decoder(kind)
        return decoder(data, offset + HEADER.size, end - padding, sequence, now_ns), end
    except (struct.error, ValueError, LookupError) as error:
        raise ValueOutOfRange(
            f"The bytes at offset {offset} are not a record: {error}.", "Check what produced them."
        ) from error


def decode_all(data: bytes | memoryview) -> Iterator[Message]:
    """Every record of a stream, commands and events alike."""
    offset = 0
    while offset < len(data):
        message, offset = decode(data, offset)
        yield message


def split_stream(data: bytes) -> list[tuple[Command, list[Event]]]:
    """A stream as pairs of a command and its events."""
    pairs: list[tuple[Command, list[Event]]] = []
    for message in decode_all(data):
        if isinstance(message, Command):
            pairs.append((message, []))
        elif isinstance(message, Event):
            pairs[-1][1].append(message)
    return pairs


def _decoder(kind: int) -> Decoder:
    """Build, once per kind, the function that turns a body into its message."""
    record = RECORD_TYPES[kind]
    layout = layout_of(record)
    build = _builder(record, layout)
    unpack = layout.format.unpack_from
    fixed_size, tail = layout.size, layout.tail

    def decode_body(data: bytes | memoryview, start: int, end: int, sequence: int, now_ns: int) -> Message:
        tail_start = start + fixed_size
        if tail_start > end or (tail is None and tail_start != end):
            raise ValueError("its size does not fit its kind")
        raw = bytes(data[tail_start:end]) if tail else b""
        return build(sequence, now_ns, unpack(data, start), raw)

    _DECODERS[kind] = decode_body
    return decode_body


def _builder(record: type[Message], layout: Layout) -> Callable[[int, int, tuple[Any, ...], bytes], Message]:
    """The constructor call of a record, written out once: a generic loop over fields takes three times as long, and
    every event of the system passes here.
    """
    tables: dict[str, Any] = {"record": record, "from_bytes": int.from_bytes}
    arguments = ["sequence=sequence", "now_ns=now_ns"]
    for index, field in enumerate(layout.fields):
        value = f"stored[{index}]"
        if field.width == "i128":
            value = f'from_bytes({value}, "little", signed=True)'
        elif field.convert is not int:
            tables[f"members_{index}"] = _members(field.convert)
            value = f"members_{index}[{value}]"
        arguments.append(f"{field.name}={value}")
    if layout.tail is not None:
        raw = "raw.decode()" if layout.tail.width == "text" else "raw"
        arguments.append(f"{layout.tail.name}={raw}")
    source = f"lambda sequence, now_ns, stored, raw: record({', '.join(arguments)})"
    builder: Callable[[int, int, tuple[Any, ...], bytes], Message] = eval(source, tables)
    return builder


def _members(convert: type[Any]) -> tuple[Any, ...] | dict[int, Any]:
    """What each stored number stands for; a number that is not there is damage. Where numbers are left out: a table."""
    if convert is bool:
        return (False, True)
    if issubclass(convert, IntFlag):
        return tuple(convert(number) for number in range(2 * max(convert)))
    members: tuple[Any, ...] = tuple(convert.__members__.values())
    if [int(member) for member in members] == list(range(len(members))):
        return members
    return {int(member): member for member in members}
