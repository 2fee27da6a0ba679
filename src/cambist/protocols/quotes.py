"""The entries of a mass quote, as they lie in the command's blob: 40 little-endian bytes each.

quote_id u32 | reserved u32 | bid_price i64 | bid_qty i64 | ask_price i64 | ask_qty i64
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import msgspec

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.vocabulary import Side

QUOTE_ORDER = 1 << 62
"""Set in the order_id of every order that came of a quote, and of no other."""
QUOTES_MAX = 100
_ENTRY = struct.Struct("<I4xqqqq")


class QuoteEntry(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What one quote is to be: prices in ticks, open quantities in lots; quantity 0 removes a side."""

    quote_id: int
    bid_price: int = 0
    bid_qty: int = 0
    ask_price: int = 0
    ask_qty: int = 0


def encode_quotes(entries: Iterable[QuoteEntry]) -> bytes:
    """The blob. Raises ValueOutOfRange where a number does not fit its width."""
    try:
        return b"".join(
            _ENTRY.pack(entry.quote_id, entry.bid_price, entry.bid_qty, entry.ask_price, entry.ask_qty)
            for entry in entries
        )
    except struct.error as error:
        raise ValueOutOfRange(f"A quote holds a number beyond its width: {error}.", "Send a smaller one.") from error


def decode_quotes(quotes: bytes) -> list[QuoteEntry] | None:
    """The entries; None where there are none, too many, or a part of one."""
    if len(quotes) % _ENTRY.size or not 1 <= len(quotes) // _ENTRY.size <= QUOTES_MAX:
        return None
    return [_entry(numbers) for numbers in _ENTRY.iter_unpack(quotes)]


def quote_order_id(sequence: int, place: int, side: Side) -> int:
    """The id of the order for one side of the entry at a place of a mass quote."""
    return QUOTE_ORDER | sequence << 8 | 2 * place + side


def quote_of_order(quotes: bytes, order_id: int) -> tuple[Side, QuoteEntry]:
    """The side, and the entry of the mass quote, that an order came of."""
    return Side(order_id & 1), _entry(_ENTRY.unpack_from(quotes, (order_id & 0xFF) // 2 * _ENTRY.size))


def is_quote(order_id: int) -> bool:
    """True for an order that came of a quote."""
    return order_id & QUOTE_ORDER != 0


def arrival_of(order_id: int) -> int:
    """Where an order stands in the order of their coming: ids of quotes' orders are beyond all others."""
    return order_id ^ QUOTE_ORDER if is_quote(order_id) else order_id << 8


def _entry(numbers: tuple[int, ...]) -> QuoteEntry:
    quote_id, bid_price, bid_qty, ask_price, ask_qty = numbers
    return QuoteEntry(quote_id=quote_id, bid_price=bid_price, bid_qty=bid_qty, ask_price=ask_price, ask_qty=ask_qty)
