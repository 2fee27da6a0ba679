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
from cambist.protocols.layout import layout_of

HEADER = struct.Struct("<IBBHQq")
FIRST_EVENT_KIND = 64
MAX_RECORD_BYTES = 1 << 24

RECORD_TYPES: dict[int, type[Message]] = {record.kind: record for record in (*COMMANDS, *EVENTS)}
Reader = Callable[[bytes | memoryview, int], tuple[Message, int]]
"""The message at an offset, and the offset behind it."""
_READERS: dict[int, Reader] = {}
_KIND_OFFSET = 4
"""Where the kind lies in a record's header."""
_READER_SOURCE = """
def read(data, offset):
    size, _, padding, reserved, sequence, now_ns{names} = unpack(data, offset)
    end = offset + size
    if {check}:
        raise ValueError("its header is damaged, or its size does not fit its kind")
    return record({arguments}), end
"""


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
        return _reader_at(data, offset)(data, offset)
    except (struct.error, ValueError, LookupError) as error:
        raise _no_record(offset, error) from error


def decode_all(data: bytes | memoryview) -> Iterator[Message]:
    """Every record of a stream, commands and events alike."""
    offset = 0
    while offset < len(data):
        message, offset = decode(data, offset)
        yield message


def split_stream(data: bytes) -> list[tuple[Command, list[Event]]]:
    """A stream as pairs of a command and its events. Raises ValueOutOfRange where the bytes are not records."""
    pairs: list[tuple[Command, list[Event]]] = []
    events: list[Event] = []
    offset, size = 0, len(data)
    try:
        while offset < size:
            kind = data[offset + _KIND_OFFSET]
            message, offset = (_READERS.get(kind) or _reader(kind))(data, offset)
            if kind >= FIRST_EVENT_KIND:
                events.append(message)  # type: ignore[arg-type]
            else:
                events = []
                pairs.append((message, events))  # type: ignore[arg-type]
    except (struct.error, ValueError, LookupError) as error:
        raise _no_record(offset, error) from error
    return pairs


def _no_record(offset: int, error: Exception) -> ValueOutOfRange:
    return ValueOutOfRange(f"The bytes at offset {offset} are not a record: {error}.", "Check what produced them.")


def _reader_at(data: bytes | memoryview, offset: int) -> Reader:
    kind = data[offset + _KIND_OFFSET]
    return _READERS.get(kind) or _reader(kind)


def _reader(kind: int) -> Reader:
    """Build, once per kind, the function that reads a whole record: a generic loop over fields takes several times as
    long, and every event of the system passes here.
    """
    record = RECORD_TYPES[kind]
    layout = layout_of(record)
    whole = struct.Struct(HEADER.format + layout.format.format.removeprefix("<"))
    tables: dict[str, Any] = {"record": record, "from_bytes": int.from_bytes, "unpack": whole.unpack_from}
    names, arguments = [], ["sequence=sequence", "now_ns=now_ns"]
    for index, field in enumerate(layout.fields):
        names.append(f"stored_{index}")
        value = names[-1]
        if field.width == "i128":
            value = f'from_bytes({value}, "little", signed=True)'
        elif field.convert is not int:
            tables[f"members_{index}"] = _members(field.convert)
            value = f"members_{index}[{value}]"
        arguments.append(f"{field.name}={value}")
    check = f"size != {whole.size} or padding or reserved"
    if layout.tail is not None:
        check = (
            f"size % 8 or size > {MAX_RECORD_BYTES} or padding > 7 or reserved or end > len(data) "
            f"or size - padding < {whole.size}"
        )
        raw = f"bytes(data[offset + {whole.size}:end - padding])"
        arguments.append(f"{layout.tail.name}={raw}{'.decode()' if layout.tail.width == 'text' else ''}")
    source = _READER_SOURCE.format(
        names="".join(f", {name}" for name in names), check=check, arguments=", ".join(arguments)
    )
    exec(source, tables)
    reader: Reader = tables["read"]
    _READERS[kind] = reader
    return reader


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
