"""Decimal text to whole steps of a grid, exactly and quickly.

Exchanges repeat the same few thousand prices and quantities: answers are remembered, so that the usual
conversion is one dictionary look-up.
"""

from __future__ import annotations

from cambist.domain.errors import ValueOutOfRange
from cambist.domain.grid import E8_DIGITS

REMEMBERED_TEXTS = 65_536
MAX_TEXT_LENGTH = 32
_CHECK_THE_FEED = "Check that this is a feed of the exchange."
_CHECK_THE_FILTERS = "Check the instrument's tick and lot sizes against the exchange's filters."


class OffGrid(ValueOutOfRange):
    """A number between two steps of the grid. It is never rounded."""


class NotANumber(ValueOutOfRange):
    """Text that is not an unsigned decimal number."""


class DecimalGrid:
    """Converts unsigned decimals such as "61800.20" to steps of `step_e8` times 1e-8."""

    __slots__ = ("_remembered", "_step_e8")

    def __init__(self, step_e8: int) -> None:
        self._step_e8 = step_e8
        self._remembered: dict[str, int] = {}

    def steps(self, text: str) -> int:
        """The number in steps. Raises OffGrid between two steps, NotANumber for anything but digits and one point."""
        steps = self._remembered.get(text)
        if steps is None:
            steps = self._parse(text)
            if len(self._remembered) >= REMEMBERED_TEXTS:
                self._remembered.clear()
            self._remembered[text] = steps
        return steps

    def _parse(self, text: str) -> int:
        whole, point, fraction = text.partition(".")
        digits = whole + fraction
        if len(text) > MAX_TEXT_LENGTH or not (whole and digits.isascii() and digits.isdigit()):
            raise NotANumber(f"{text[:MAX_TEXT_LENGTH]!r} is not a decimal number.", _CHECK_THE_FEED)
        if point and not fraction:
            raise NotANumber(f"{text!r} ends with its point.", _CHECK_THE_FEED)
        kept, beyond = fraction[:E8_DIGITS], fraction[E8_DIGITS:]
        steps, rest = divmod(int(whole + kept.ljust(E8_DIGITS, "0")), self._step_e8)
        if rest or beyond.strip("0"):
            raise OffGrid(f"{text} is not a multiple of {self._step_e8}e-8.", _CHECK_THE_FILTERS)
        return steps
