"""Steps of orders put together, for readers who look less often than the book changes.

Whoever applies what `take` returns ends with the same book, priority included: what vanished in between is left out,
and orders that came keep the order in which they came to rest where they now are.
"""

from __future__ import annotations

from cambist.domain.book_feed.messages import OrderAction, OrderDelta


class OrderChanges:
    """Collects steps; holds at most one per order."""

    __slots__ = ("_came", "_changed", "_left")

    def __init__(self) -> None:
        self._left: dict[int, OrderDelta] = {}
        self._changed: dict[int, OrderDelta] = {}
        self._came: dict[int, OrderDelta] = {}

    def __len__(self) -> int:
        return len(self._left) + len(self._changed) + len(self._came)

    def add(self, step: OrderDelta) -> None:
        """Put one more step behind those collected."""
        order_id = step.order_id
        if step.action is OrderAction.ADDED:
            self._came[order_id] = step
        elif step.action is OrderAction.REMOVED:
            if self._came.pop(order_id, None) is None:
                self._changed.pop(order_id, None)
                self._left[order_id] = step
        elif order_id in self._came:
            self._came[order_id] = OrderDelta(OrderAction.ADDED, order_id, step.side, step.price, step.qty)
        else:
            self._changed[order_id] = step

    def take(self) -> list[OrderDelta]:
        """The steps from the book at the last call to the present one."""
        steps = [*self._left.values(), *self._changed.values(), *self._came.values()]
        self._left.clear()
        self._changed.clear()
        self._came.clear()
        return steps
