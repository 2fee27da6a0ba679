"""How far an order is expected to move the market in the course of its execution: the square-root model.

    impact = Y * sigma * sqrt(Q / V)

Q is the order's size, V the volume and sigma the volatility of one and the same period, Y a constant near 1: Grinold
and Kahn, "Active Portfolio Management" (1999); Toth et al., "Anomalous price impact and the critical nature of
liquidity in financial markets", Physical Review X 1 (2011). As sigma grows with the square root of the period and V
with the period, the estimate does not depend on which period it is. It is an average over orders executed patiently,
not the cost of one sweep: that one stands in the book (`book_analytics.cost_to_trade`).

Volatility is realised: the root of the sum of squared returns from close to close, without taking off their mean.
Everything is integers, rounded down once at the end: ppm of the price.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isqrt

import msgspec

from cambist.domain.market_data import Bar
from cambist.domain.rounding import MILLION, divide_down, divide_toward_zero

_RETURN_SCALE = 10**12
"""A return is held in units of 1e-12, so that small ones do not vanish."""
BARS_MIN = 2
"""Fewer have no return."""


class MarketActivity(msgspec.Struct, frozen=True, kw_only=True):
    """How much was traded over some bars, and how far the price went."""

    bars: int
    volume: int
    """Lots."""
    variance: int
    """Sum of squared returns, in units of 1e-24."""

    @property
    def volatility_ppm(self) -> int:
        """Realised volatility over the whole of the bars, in ppm."""
        return divide_down(isqrt(self.variance), _RETURN_SCALE // MILLION)


def activity_of(bars: Sequence[Bar]) -> MarketActivity:
    """Over bars of one instrument, oldest first."""
    returns = [
        divide_toward_zero((later.close - earlier.close) * _RETURN_SCALE, earlier.close)
        for earlier, later in pairwise(bars)
    ]
    return MarketActivity(
        bars=len(bars),
        volume=sum(bar.volume for bar in bars[1:]),
        variance=sum(change * change for change in returns),
    )


def square_root_impact_ppm(qty: int, activity: MarketActivity) -> int | None:
    """The expected impact of `qty` lots with Y = 1, in ppm of the price; None where too little was traded to say."""
    if activity.bars < BARS_MIN or activity.volume < 1:
        return None
    return divide_down(isqrt(divide_down(qty * activity.variance, activity.volume)), _RETURN_SCALE // MILLION)
