"""Declared widths of the integers that cross a boundary.

A field annotated with one of these is stored in exactly that many bits by the packed records, the
snapshot and the Rust kernel. The names carry the unit where there is one.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

U32 = Annotated[int, Meta(extra={"width": "u32"})]
U64 = Annotated[int, Meta(extra={"width": "u64"})]
I64 = Annotated[int, Meta(extra={"width": "i64"})]
I128 = Annotated[int, Meta(extra={"width": "i128"})]

Flag = Annotated[bool, Meta(extra={"width": "u8"})]
"""A yes or no, stored as one byte, 0 or 1."""
Ticks = Annotated[int, Meta(extra={"width": "i64"})]
"""A price, in ticks of the instrument."""
Lots = Annotated[int, Meta(extra={"width": "i64"})]
"""A quantity, in lots of the instrument."""
TimeNs = Annotated[int, Meta(extra={"width": "i64"})]
"""An instant: nanoseconds since the epoch, UTC."""
MoneyE8 = Annotated[int, Meta(extra={"width": "i64"})]
"""An amount of the quote asset, in units of 1e-8."""
WideMoneyE8 = Annotated[int, Meta(extra={"width": "i128"})]
"""An accumulated amount of the quote asset, in units of 1e-8, that no input can overflow."""
Ppm = Annotated[int, Meta(extra={"width": "i64"})]
"""A ratio in parts per million."""
Text = Annotated[str, Meta(extra={"width": "text"})]
"""UTF-8 text at the end of a record. At most one per record."""
Blob = Annotated[bytes, Meta(extra={"width": "blob"})]
"""Opaque bytes at the end of a record. At most one per record."""

MAX_PRICE = (1 << 40) - 1
"""Largest price the gate admits, in ticks."""
MAX_QTY = (1 << 40) - 1
"""Largest quantity the gate admits, in lots."""
MAX_I64 = (1 << 63) - 1
