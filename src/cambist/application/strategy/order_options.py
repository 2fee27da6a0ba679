"""How an order may be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from cambist.domain.errors import StrategyError
from cambist.domain.grid import DecimalInput
from cambist.domain.vocabulary import Contingency, OrderFlag, TimeInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOptions:
    """What an order asks beyond side, quantity and price."""

    tif: str = ""
    """Empty: IOC for MARKET, else GTC."""
    post_only: bool = False
    reduce_only: bool = False
    hidden: bool = False
    reprice: bool = False
    display_qty: DecimalInput | None = None
    min_qty: DecimalInput | None = None
    contingency: Contingency = Contingency.NONE
    expire_ns: int = 0
    tag: str = ""

    def flags(self) -> OrderFlag:
        """Those that have one."""
        return OrderFlag.asked(
            post_only=self.post_only, reduce_only=self.reduce_only, hidden=self.hidden, reprice=self.reprice
        )

    def time_in_force(self, *, is_market: bool) -> TimeInForce:
        """As asked, else the type's own. Raises StrategyError for a word that is none."""
        if not self.tif:
            return TimeInForce.IOC if is_market else TimeInForce.GTC
        try:
            return TimeInForce[self.tif.upper()]
        except (KeyError, AttributeError) as error:
            raise StrategyError(
                f"{self.tif!r} is not a time in force.", "Use GTC, DAY, IOC, FOK, GTD, AT_OPEN or AT_CLOSE."
            ) from error
