"""Who of our waiting orders has a part in a print of the market: the queue model, on its own."""

from __future__ import annotations

from collections.abc import Sequence

from cambist.infrastructure.venues.simulated.exchange_order import ExchangeOrder


def share_print(orders: Sequence[ExchangeOrder], price: int, qty: int) -> list[tuple[ExchangeOrder, int]]:
    """Divide a print of `qty` lots at `price` among our orders that it reaches; the fills, each at least one lot.

    `orders` are those at the print's price or better, best price first, then oldest. The print goes to better
    priced orders outright. At its own price it first eats the lots of others ahead (of each order, in their
    sequence), then fills. The fills never exceed the print. `queue_ahead` shrinks by what was eaten.
    """
    fills: list[tuple[ExchangeOrder, int]] = []
    remaining, eaten = qty, 0
    for order in orders:
        if order.price == price:
            bite = min(remaining, max(0, order.queue_ahead - eaten))
            eaten += bite
            remaining -= bite
            order.queue_ahead = max(0, order.queue_ahead - eaten)
        else:
            order.queue_ahead = 0
        filled = min(remaining, order.leaves) if order.queue_ahead == 0 else 0
        if filled:
            remaining -= filled
            fills.append((order, filled))
    return fills
