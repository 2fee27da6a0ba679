"""Which orders a command places: what followers of the books must know of an order that the venue accepts."""

from __future__ import annotations

from cambist.domain.book_feed.market_feed import PlacedOrder
from cambist.domain.commands import NewInstructedOrder, NewOrder
from cambist.domain.message import Command
from cambist.domain.participant_commands import MassQuote
from cambist.domain.vocabulary import OrderFlag, Side
from cambist.protocols.quotes import quote_of_order


def placed_order(command: Command, order_id: int) -> PlacedOrder | None:
    """The order of an id that a command places; None where it places no such order."""
    if isinstance(command, NewOrder) and command.sequence == order_id:
        display_qty = command.display_qty if isinstance(command, NewInstructedOrder) else 0
        is_hidden = bool(command.flags & OrderFlag.HIDDEN)
        return PlacedOrder(command.side, command.price, command.qty, display_qty, is_hidden, command.order_type.waits)
    if isinstance(command, MassQuote):
        side, entry = quote_of_order(command.quotes, order_id)
        price, qty = (entry.bid_price, entry.bid_qty) if side is Side.BUY else (entry.ask_price, entry.ask_qty)
        return PlacedOrder(side, price, qty, 0, is_hidden=False, waits_for_trigger=False)
    return None
