"""Fixed little-endian layouts derived from annotated fields.

One rule for every packed record of the system, commands, events and snapshot rows alike: fields in the
order of declaration, each at its natural alignment (an i128 is stored as 16 bytes aligned to 8, low half
first), the fixed part padded to a multiple of 8, then the one text or blob, if any. The Rust kernel
states the same layouts and a contract test compares the two.
"""

from __future__ import annotations

import struct
import typing
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import cache
from typing import Any

_FORMATS = {"u8": ("B", 1, 1), "u32": ("I", 4, 4), "u64": ("Q", 8, 8), "i64": ("q", 8, 8), "i128": ("16s", 16, 8)}


@dataclass(frozen=True, slots=True)
class FieldLayout:
    """Where one field lies: byte offset in the fixed part (of the tail, for text and blob)."""

    name: str
    width: str
    offset: int
    convert: type[Any]
    """What the stored number becomes: an enum, bool or int."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The fixed part of a record and its optional tail."""

    fields: tuple[FieldLayout, ...]
    tail: FieldLayout | None
    size: int
    """Of the fixed part, a multiple of 8."""
    format: struct.Struct


def _width_of(annotation: Any) -> tuple[str, type[Any]]:
    """The declared width of an annotation and the type to convert to."""
    if isinstance(annotation, type) and issubclass(annotation, (IntEnum, IntFlag)):
        return "u8", annotation
    (meta,) = annotation.__metadata__
    return meta.extra["width"], annotation.__origin__


@cache
def layout_of(record: type[Any], skip: frozenset[str] = frozenset({"sequence", "now_ns"})) -> Layout:
    """The layout of a record class, from its annotations."""
    hints = typing.get_type_hints(record, include_extras=True)
    fields: list[FieldLayout] = []
    tail: FieldLayout | None = None
    parts = ["<"]
    offset = 0
    for name in record.__struct_fields__:
        if name in skip:
            continue
        width, convert = _width_of(hints[name])
        if width in ("text", "blob"):
            tail = FieldLayout(name, width, 0, convert)
            continue
        code, size, alignment = _FORMATS[width]
        padding = -offset % alignment
        parts.append("x" * padding + code)
        offset += padding
        fields.append(FieldLayout(name, width, offset, convert))
        offset += size
    padding = -offset % 8
    parts.append("x" * padding)
    size = offset + padding
    if tail is not None:
        tail = FieldLayout(tail.name, tail.width, size, tail.convert)
    return Layout(tuple(fields), tail, size, struct.Struct("".join(parts)))
