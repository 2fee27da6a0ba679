"""What an order of a scenario asks beyond a plain one, in words: `display=5 min_qty=3`."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from cambist.domain.events import OrderInstructed
from cambist.domain.instructions import INSTRUCTION_FIELDS, PLAIN
from cambist.domain.vocabulary import Contingency, OffsetUnit, PegReference, TriggerSource

_WORDS = {
    "trigger_source": "trigger_by",
    "offset_unit": "offset_unit",
    "peg_reference": "peg",
    "contingency": "contingency",
    "group_id": "group",
    "display_qty": "display",
    "min_qty": "min_qty",
    "trigger_price": "trigger",
    "offset": "offset",
}
_ENUMS: dict[str, type[IntEnum]] = {
    "trigger_source": TriggerSource,
    "offset_unit": OffsetUnit,
    "peg_reference": PegReference,
    "contingency": Contingency,
}


def instructions_of(options: dict[str, str]) -> dict[str, Any]:
    """The fields that a line's options give; empty for a plain order."""
    return {name: _value(name, options[word]) for name, word in _WORDS.items() if word in options}


def instruction_words(event: OrderInstructed) -> str:
    """Those of an event that are not the default, as the options that give them."""
    given = [name for name in INSTRUCTION_FIELDS if getattr(event, name) != getattr(PLAIN, name)]
    return " ".join(f"{_WORDS[name]}={_text(getattr(event, name))}" for name in given)


def _value(name: str, text: str) -> int:
    return _ENUMS[name][text.upper()] if name in _ENUMS else int(text)


def _text(value: int) -> str:
    return value.name.lower() if isinstance(value, IntEnum) else str(value)
