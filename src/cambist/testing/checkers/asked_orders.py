"""The orders that a command asks for: one, none, or two for each entry of a mass quote."""

from __future__ import annotations

from collections.abc import Iterator

from cambist.domain.commands import NewOrder
from cambist.domain.message import Command
from cambist.domain.participant_commands import MassQuote
from cambist.domain.vocabulary import OrderType, Side, TimeInForce
from cambist.protocols.quotes import decode_quotes, quote_order_id


def asked_orders(command: Command) -> Iterator[tuple[int, NewOrder]]:
    """Each with its order_id, as rule quote.ids gives them."""
    if isinstance(command, NewOrder):
        yield command.sequence, command
    elif isinstance(command, MassQuote):
        yield from _quoted_orders(command)


def _quoted_orders(command: MassQuote) -> Iterator[tuple[int, NewOrder]]:
    for place, quote in enumerate(decode_quotes(command.quotes) or ()):
        for side, price, qty in (
            (Side.BUY, quote.bid_price, quote.bid_qty),
            (Side.SELL, quote.ask_price, quote.ask_qty),
        ):
            order = NewOrder(
                instrument_id=command.instrument_id,
                account_id=command.account_id,
                strategy_id=command.strategy_id,
                side=side,
                order_type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                flags=command.flags,
                price=price,
                qty=qty,
            )
            yield quote_order_id(command.sequence, place, side), order
