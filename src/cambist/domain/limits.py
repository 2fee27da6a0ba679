"""The limits of a scope, and the bucket that counts its orders per second."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cambist.domain import rounding
from cambist.domain.durations import SECOND_NS


class Limits(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Limits of an account or a strategy; 0 means none. Notionals and losses in e8, max_drawdown in ppm."""

    max_order_notional: int = 0
    max_position_notional: int = 0
    max_exposure_notional: int = 0
    max_daily_loss: int = 0
    max_drawdown: int = 0
    leverage: int = 0
    max_open_orders: int = 0
    max_orders_per_second: int = 0

    @classmethod
    def told_by(cls, record: object) -> Limits:
        """Those of a command, an event or a snapshot's row, which name the same fields."""
        return cls(**{name: getattr(record, name) for name in cls.__struct_fields__})

    @property
    def are_well_formed(self) -> bool:
        """True where none is negative and the drawdown is at most the whole."""
        values = (getattr(self, name) for name in self.__struct_fields__)
        return all(value >= 0 for value in values) and self.max_drawdown <= rounding.MILLION

    @property
    def effective_leverage(self) -> int:
        """Leverage, 1 where none is set."""
        return self.leverage or 1

    def margin(self, notional: int) -> int:
        """What a notional needs as margin, in e8."""
        return rounding.margin(notional, self.effective_leverage)


NO_LIMITS = Limits()


@dataclass(slots=True)
class RateBucket:
    """Orders per second, as the instant until which the scope's orders are paid for.

    A full bucket lets a second's worth of orders pass at once, then one per interval.
    """

    paid_until_ns: int = 0

    def admits(self, now_ns: int, orders_per_second: int) -> bool:
        """True where one more order fits at `now_ns`."""
        if orders_per_second == 0:
            return True
        return self.paid_until_ns - now_ns <= SECOND_NS - rounding.order_interval_ns(orders_per_second)

    def take(self, now_ns: int, orders_per_second: int) -> None:
        """Pay for one order."""
        if orders_per_second:
            self.paid_until_ns = max(self.paid_until_ns, now_ns) + rounding.order_interval_ns(orders_per_second)
