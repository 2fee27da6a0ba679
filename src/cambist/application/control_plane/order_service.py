"""Orders of people and programs: decimals become exact integers, and the gate's answer comes back as a value."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from weakref import WeakValueDictionary

import msgspec

from cambist.application.control_plane.command_gateway import CommandGateway, rejection
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.order_queries import OrderQueries
from cambist.application.control_plane.order_request import OrderRequest, new_order
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.application.ports.engine_host import Receipt
from cambist.application.ports.history import OrderView
from cambist.domain.commands import ANY_SIDE, ANY_STRATEGY, CancelOrder, MassCancel, NewOrder, ReplaceOrder
from cambist.domain.events import (
    CancelRejected,
    CancelSubmitted,
    OrderCanceled,
    OrderDenied,
    OrderRejected,
    OrderRepeated,
    ReplaceRejected,
)
from cambist.domain.grid import Snapped
from cambist.domain.instrument import Instrument, inexact_flags
from cambist.domain.reasons import reason_name
from cambist.domain.vocabulary import Side


class Placed(msgspec.Struct, frozen=True):
    """The order, and whether it was there before."""

    order: OrderView
    is_repeat: bool


class OrderService:
    """Place, amend, cancel. Raises ValueOutOfRange where text is no number, and the host's failures."""

    def __init__(self, gateway: CommandGateway, directory: Directory, queries: OrderQueries) -> None:
        self._gateway = gateway
        self._directory = directory
        self._queries = queries
        self._amending: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """By order: what an amendment leaves out is as the one before it made it."""

    async def place(self, request: OrderRequest) -> Placed | Refusal:
        """Send an order through the gate."""
        command = self._command(request)
        if isinstance(command, Refusal):
            return command
        return await self._placed(await self._gateway.send(command))

    async def place_all(self, requests: Sequence[OrderRequest]) -> list[Placed | Refusal] | Refusal:
        """Send orders through the gate one after the other at one engine time, with nothing between them.

        One answer each; a single refusal, and nothing sent, where one names an unknown symbol or account.
        """
        commands = []
        for request in requests:
            command = self._command(request)
            if isinstance(command, Refusal):
                return command
            commands.append(command)
        receipts = await self._gateway.send_all(commands)
        if isinstance(receipts, Refusal):
            return receipts
        return [await self._placed(receipt) for receipt in receipts]

    async def amend(self, order_id: int, price: str | None, qty: str | None) -> OrderView | Refusal:
        """Change price, total quantity, or both, of an open order."""
        async with self._amending.setdefault(order_id, asyncio.Lock()):
            return await self._amend(order_id, price, qty)

    async def cancel(self, order_id: int) -> OrderView | Refusal:
        """Cancel an open order."""
        order = await self._queries.open_order(order_id)
        if isinstance(order, Refusal):
            return order
        receipt = await self._gateway.send(CancelOrder(account_id=order.account_id, order_id=order_id))
        return await self._changed(order_id, receipt)

    async def cancel_all(
        self, account: str | None, strategy: str | None, symbol: str | None, side: Side | None
    ) -> list[int] | Refusal:
        """Cancel every open desk order that passes the filters; the ids of those that were."""
        account_id = self._directory.account_id(account) if account is not None else 0
        strategy_id = self._directory.strategy_id(strategy) if strategy is not None else ANY_STRATEGY
        instrument = self._directory.instrument(symbol) if symbol is not None else None
        for named in (account_id, strategy_id, instrument):
            if isinstance(named, Refusal):
                return named
        receipt = await self._gateway.send(
            MassCancel(
                account_id=_settled(account_id),
                strategy_id=_settled(strategy_id),
                instrument_id=instrument.instrument_id if isinstance(instrument, Instrument) else 0,
                side=ANY_SIDE if side is None else side,
            )
        )
        if isinstance(receipt, Refusal):
            return receipt
        reason = rejection(receipt)
        if reason:
            return refusal(reason, "Nothing was canceled.")
        return [event.order_id for event in receipt.events if isinstance(event, OrderCanceled | CancelSubmitted)]

    async def _amend(self, order_id: int, price: str | None, qty: str | None) -> OrderView | Refusal:
        order = await self._queries.open_order(order_id)
        if isinstance(order, Refusal):
            return order
        instrument = self._directory.instrument_by_id(order.instrument_id)
        new_price = instrument.ticks(price) if price is not None else Snapped(order.present_price, True)
        new_qty = instrument.lots(qty) if qty is not None else Snapped(order.qty, True)
        receipt = await self._gateway.send(
            ReplaceOrder(
                account_id=order.account_id,
                flags=inexact_flags(new_price, new_qty),
                order_id=order_id,
                price=new_price.steps,
                qty=new_qty.steps,
            )
        )
        return await self._changed(order_id, receipt)

    def _command(self, request: OrderRequest) -> NewOrder | Refusal:
        instrument = self._directory.instrument(request.symbol)
        if isinstance(instrument, Refusal):
            return instrument
        account_id = self._directory.account_id(request.account)
        if isinstance(account_id, Refusal):
            return account_id
        return new_order(request, instrument, account_id)

    async def _placed(self, receipt: Receipt | Refusal) -> Placed | Refusal:
        if isinstance(receipt, Refusal):
            return receipt
        order_id = receipt.command.sequence
        for event in receipt.events:
            if isinstance(event, OrderDenied) and event.order_id == order_id:
                return refusal(event.reason, f"The gate denied the order: {reason_name(event.reason)}.", order_id)
            if isinstance(event, OrderRejected) and event.order_id == order_id:
                return refusal(event.reason, f"The venue rejected the order: {reason_name(event.reason)}.", order_id)
            if isinstance(event, OrderRepeated):
                return Placed(await self._queries.expect(event.order_id), is_repeat=True)
        return Placed(await self._queries.expect(order_id), is_repeat=False)

    async def _changed(self, order_id: int, receipt: Receipt | Refusal) -> OrderView | Refusal:
        if isinstance(receipt, Refusal):
            return receipt
        for event in receipt.events:
            if isinstance(event, CancelRejected | ReplaceRejected) and event.order_id == order_id:
                return refusal(event.reason, f"The order stands: {reason_name(event.reason)}.", order_id)
        return await self._queries.expect(order_id)


def _settled(named: int | Refusal) -> int:
    assert isinstance(named, int)
    return named
