"""What strategies must hear of at once, so that a host may let a market go on among its members until then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interest:
    """Whatever is not quiet by these words is told at once."""

    books: tuple[tuple[int, int], ...]
    """(instrument, ns since epoch): from when on a change of its book is to be told. Of other books no change is."""
    trades: tuple[int, ...]
    """Instruments whose prints are to be told."""
