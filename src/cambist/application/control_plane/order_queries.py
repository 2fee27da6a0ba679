"""Orders and fills, from memory where it holds them and from the History where it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

import msgspec

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.ports.history import FillView, History, OrderFilter, OrderView
from cambist.domain.errors import EnvironmentFailure, InvariantBroken
from cambist.domain.reasons import Reason
from cambist.domain.vocabulary import Side
from cambist.protocols.quotes import arrival_of


class _Listed(Protocol):
    @property
    def account_id(self) -> int: ...
    @property
    def strategy_id(self) -> int: ...
    @property
    def instrument_id(self) -> int: ...
    @property
    def side(self) -> Side: ...


View = TypeVar("View", OrderView, FillView)


class OrderQueries:
    """Looks up and lists. The History is asked outside the model's lock, and only for what memory lacks.

    It may take long to answer: a coroutine asks it on a thread of its own, the other methods belong on one.
    """

    def __init__(self, model: ReadModel, history: History | None) -> None:
        self._model = model
        self._history = history

    def order(self, order_id: int) -> OrderView | None:
        """One order by id."""
        found = self._remembered(order_id)
        return found if found or self._history is None else self._history.order(order_id)

    def order_or_refusal(self, order_id: int) -> OrderView | Refusal:
        """One order by id, or why not."""
        return self.order(order_id) or _unknown(order_id)

    async def open_order(self, order_id: int) -> OrderView | Refusal:
        """An order that can still be changed, or why it cannot."""
        order = await self._find(order_id)
        if order is not None and order.status.is_closed:
            return refusal(Reason.ORDER_NOT_OPEN, f"Order {order_id} is {order.status.name}.", order_id)
        return order or _unknown(order_id)

    async def expect(self, order_id: int) -> OrderView:
        """An order that the engine has just named.

        Raises EnvironmentFailure where it ended before this process began and the History does not hold it yet.
        """
        order = await self._find(order_id)
        if order is not None:
            return order
        if self._history is None:
            raise InvariantBroken(f"Order {order_id} was acknowledged and cannot be read.", "Report it with the log.")
        raise EnvironmentFailure(
            f"Order {order_id} was taken before; what became of it is not in the tables yet.",
            "Ask again in a moment: sending the same order again does nothing twice.",
        )

    async def _find(self, order_id: int) -> OrderView | None:
        return self._remembered(order_id) or await asyncio.to_thread(self.order, order_id)

    def _remembered(self, order_id: int) -> OrderView | None:
        with self._model.reading() as model:
            return model.orders.get(order_id)

    def by_client_id(self, account_id: int, client_order_id: str) -> OrderView | None:
        """The newest order under a client id. Orders that were given none are under no id."""
        if not client_order_id:
            return None
        with self._model.reading() as model:
            found = model.orders.by_client_id(account_id, client_order_id)
        if found or self._history is None:
            return found
        return self._history.order_by_client_id(account_id, client_order_id)

    def orders(self, wanted: OrderFilter) -> list[OrderView]:
        """Orders newest first."""
        with self._model.reading() as model:
            complete_above = model.orders.complete_above
            here = _select(model.orders.newest_first(), wanted, _place_of_order, _has_status(wanted), arrival_of)
        return self._extended(here, wanted, complete_above, _place_of_order, self._past_orders)

    def fills(self, wanted: OrderFilter) -> list[FillView]:
        """Fills newest first."""
        with self._model.reading() as model:
            complete_above = model.fills.complete_above
            here = _select(model.fills.newest_first(), wanted, _fill_id, lambda _: True, _itself)
        return self._extended(here, wanted, complete_above, _fill_id, self._past_fills)

    def _extended(
        self,
        here: list[View],
        wanted: OrderFilter,
        complete_above: int,
        place_of: Callable[[View], int],
        ask: Callable[[OrderFilter], Sequence[View]],
    ) -> list[View]:
        """What memory lists, completed by the History where older ones could belong to the page."""
        is_full = len(here) == wanted.limit
        if self._history is None or not complete_above or (is_full and place_of(here[-1]) > complete_above):
            return here
        merged: dict[int, View] = {place_of(view): view for view in ask(wanted)}
        merged.update({place_of(view): view for view in here})
        return [merged[key] for key in sorted(merged, reverse=True)][: wanted.limit]

    def _past_orders(self, wanted: OrderFilter) -> list[OrderView]:
        """A page of the History without orders that memory knows better: those may have changed since."""
        assert self._history is not None
        kept: list[OrderView] = []
        request = wanted
        while len(kept) < wanted.limit:
            page = self._history.orders(request)
            with self._model.reading() as model:
                kept.extend(order for order in page if model.orders.get(order.order_id) is None)
            if len(page) < wanted.limit:
                break
            request = msgspec.structs.replace(request, before=page[-1].order_id)
        return kept

    def _past_fills(self, wanted: OrderFilter) -> Sequence[FillView]:
        assert self._history is not None
        return self._history.fills(wanted)


def _unknown(order_id: int) -> Refusal:
    return refusal(Reason.UNKNOWN_ORDER, f"There is no order {order_id}.")


def _place_of_order(order: OrderView) -> int:
    return arrival_of(order.order_id)


def _fill_id(fill: FillView) -> int:
    return fill.fill_id


def _itself(fill_id: int) -> int:
    return fill_id


def _has_status(wanted: OrderFilter) -> Callable[[OrderView], bool]:
    return lambda order: not wanted.statuses or order.status in wanted.statuses


def _select(
    newest_first: Iterable[View],
    wanted: OrderFilter,
    place_of: Callable[[View], int],
    fits: Callable[[View], bool],
    place_of_id: Callable[[int], int],
) -> list[View]:
    """The first `limit` that pass the filter, and stand before the id to continue below."""
    below = None if wanted.before is None else place_of_id(wanted.before)
    selected: list[View] = []
    for view in newest_first:
        if below is not None and place_of(view) >= below:
            continue
        if _passes(view, wanted) and fits(view):
            selected.append(view)
            if len(selected) == wanted.limit:
                break
    return selected


def _passes(view: _Listed, wanted: OrderFilter) -> bool:
    return (
        wanted.account_id in (None, view.account_id)
        and wanted.strategy_id in (None, view.strategy_id)
        and wanted.instrument_id in (None, view.instrument_id)
        and wanted.side in (None, view.side)
    )
