"""What every row of a snapshot is."""

from __future__ import annotations

import msgspec


class Row(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A row of a section."""
