"""Events that say a command's own fields again."""

from __future__ import annotations

from typing import Any

from cambist.domain.message import Command

_STAMPS = frozenset({"sequence", "now_ns"})


def fields_of(command: Command) -> dict[str, Any]:
    """A command's fields without its stamps."""
    return {name: getattr(command, name) for name in command.__struct_fields__ if name not in _STAMPS}
