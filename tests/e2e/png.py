"""Smaller PNG files: a screen has few colours that matter, so pictures of it fit a palette."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2
_PALETTE = 3
_COLORS_MAX = 256
_APART = 6
"""Colours of the palette differ by more than this in some channel: more than the eye tells apart."""

Color = tuple[int, ...]


def with_palette(png: bytes) -> bytes:
    """An 8-bit RGB picture with its 256 most telling colours; the others become the nearest of these."""
    chunks = list(_chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    if (depth, kind) != (8, _RGB):
        raise ValueError("only 8-bit RGB pictures can be given a palette")
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    rows = [_pixels(row) for row in _unfilter(zlib.decompress(packed), height, width * 3, 3)]
    counts = Counter(pixel for row in rows for pixel in row)
    palette = _palette(counts)
    place = {color: _nearest(color, palette) for color in counts}
    indices = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, _PALETTE, 0, 0, 0)
    colors = b"".join(bytes(color) for color in palette)
    parts = ((b"IHDR", header), (b"PLTE", colors), (b"IDAT", zlib.compress(indices, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _pixels(row: bytes) -> list[Color]:
    return list(zip(row[0::3], row[1::3], row[2::3], strict=True))


def _palette(counts: Counter[Color]) -> list[Color]:
    """The most frequent colours that differ visibly from each other."""
    palette: list[Color] = []
    for color, _ in counts.most_common():
        if all(_distance(color, chosen) > _APART for chosen in palette):
            palette.append(color)
        if len(palette) == _COLORS_MAX:
            break
    return palette


def _nearest(color: Color, palette: list[Color]) -> int:
    return min(range(len(palette)), key=lambda place: _distance(color, palette[place]))


def _distance(one: Color, other: Color) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _unfilter(data: bytes, height: int, row_bytes: int, step: int) -> Iterator[bytes]:
    """Undo the row filters of the PNG specification, section 9."""
    above = bytearray(row_bytes)
    for number in range(height):
        at = number * (row_bytes + 1)
        row = bytearray(data[at + 1 : at + 1 + row_bytes])
        _unfilter_row(data[at], row, above, step)
        above = row
        yield bytes(row)


def _unfilter_row(kind: int, row: bytearray, above: bytearray, step: int) -> None:
    if kind == 0:
        return
    for place in range(len(row)):
        left = row[place - step] if place >= step else 0
        corner = above[place - step] if place >= step else 0
        row[place] = (row[place] + _predicted(kind, left, above[place], corner)) & 0xFF


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 3:
        return left if kind == 1 else up
    if kind == 3:
        return (left + up) // 2
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))
