"""Every division of the system, named once.

Python floors, Rust truncates, people mean something else again: so no other module divides integers that can be
money. docs/engine.md section 10 lists which amount uses which.
"""

from __future__ import annotations

MILLION = 1_000_000
"""Parts per million in a whole."""


def divide_down(numerator: int, denominator: int) -> int:
    """The quotient rounded toward minus infinity. `denominator` is positive."""
    return numerator // denominator


def divide_up(numerator: int, denominator: int) -> int:
    """The quotient rounded toward plus infinity. `denominator` is positive."""
    return -(-numerator // denominator)


def divide_toward_zero(numerator: int, denominator: int) -> int:
    """The quotient with its fraction dropped. `denominator` is positive."""
    quotient = abs(numerator) // denominator
    return -quotient if numerator < 0 else quotient


def released_cost(cost: int, closing_qty: int, position_qty: int) -> int:
    """The part of a position's cost that leaves with `closing_qty` of `position_qty` (both unsigned): toward zero."""
    return divide_toward_zero(cost * closing_qty, position_qty)


def commission(value_e8: int, fee_ppm: int) -> int:
    """The commission on a fill's value: toward plus infinity, so a rebate is never rounded in our favour."""
    return divide_up(value_e8 * fee_ppm, MILLION)


def margin(notional_e8: int, leverage: int) -> int:
    """The margin that a notional needs: up."""
    return divide_up(notional_e8, leverage)


def band_width(price: int, band_ppm: int) -> int:
    """How far from `price` an order may be, in ticks: down."""
    return divide_down(price * band_ppm, MILLION)


def middle(bid_price: int, ask_price: int) -> int:
    """The price between two, in ticks: down."""
    return divide_down(bid_price + ask_price, 2)


def middle_away(bid_price: int, ask_price: int, *, is_buy: bool) -> int:
    """The price between two for an order that must not come closer than that: down for BUY, up for SELL."""
    return divide_down(bid_price + ask_price, 2) if is_buy else divide_up(bid_price + ask_price, 2)


def trailing_distance(best_price: int, basis_points: int) -> int:
    """How far behind `best_price` a trailing stop follows, in ticks: up, never closer than was asked."""
    return divide_up(best_price * basis_points, 10_000)


def drawdown_ppm(peak: int, present: int) -> int:
    """How far `present` is below a positive `peak`: down."""
    return divide_down((peak - present) * MILLION, peak)


def order_interval_ns(orders_per_second: int) -> int:
    """The time one order takes from a rate: down."""
    return divide_down(1_000_000_000, orders_per_second)
