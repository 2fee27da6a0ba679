"""What a strategy asked for since its commands were last taken. Ids become known when they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.quote_ladder import QuoteLadder
from cambist.domain.commands import CancelOrder, MassCancel, NewOrder, ReplaceOrder
from cambist.domain.errors import StrategyError
from cambist.domain.message import Command
from cambist.domain.participant_commands import MassQuote
from cambist.domain.vocabulary import OrderFlag
from cambist.protocols.quotes import QuoteEntry, encode_quotes

_PER_INSTANT_MAX = 1_000
"""A strategy that answers its own answers without end is stopped here."""


class Outbox:
    """Requests in the order in which they were made."""

    def __init__(self, account_id: int, strategy_id: int) -> None:
        self._account_id = account_id
        self._strategy_id = strategy_id
        self._requests: list[Callable[[int], Command]] = []
        self._new: list[OrderHandle] = []
        self._instant_ns = -1
        self._count = 0

    def __len__(self) -> int:
        return len(self._requests)

    def new_orders(self) -> list[OrderHandle]:
        """Placed, not yet taken."""
        return list(self._new)

    def place(self, order: OrderHandle) -> None:
        """A new order: its id is its command's sequence."""

        def build(sequence: int) -> Command:
            order.order_id = sequence
            plain = NewOrder(
                instrument_id=order.instrument.instrument_id,
                account_id=self._account_id,
                strategy_id=self._strategy_id,
                side=order.side,
                order_type=order.order_type,
                time_in_force=order.time_in_force,
                flags=order.flags,
                price=order.price_ticks,
                qty=order.qty_lots,
                expire_ns=order.expire_ns,
            )
            instructions = order.instructions
            if order.group is not None:
                instructions = replace(instructions, group_id=order.group.id_at(sequence))
            return instructions.added_to(plain)

        self._add(build)
        self._new.append(order)

    def mass_quote(self, ladder: QuoteLadder, entries: Sequence[QuoteEntry], flags: OrderFlag) -> None:
        """Quotes of one instrument, all at once."""
        packed = encode_quotes(entries)

        def build(_: int) -> Command:
            ladder.unsent -= 1
            ladder.unanswered += 1
            return MassQuote(
                account_id=self._account_id,
                strategy_id=self._strategy_id,
                instrument_id=ladder.instrument.instrument_id,
                flags=flags,
                quotes=packed,
            )

        self._add(build)
        ladder.unsent += 1

    def mass_cancel(self, instrument_id: int) -> None:
        """The end of all its orders on an instrument, of those too that come of what was asked for before."""
        self._add(
            lambda _: MassCancel(
                account_id=self._account_id, strategy_id=self._strategy_id, instrument_id=instrument_id
            )
        )

    def cancel(self, order: OrderHandle) -> None:
        """The end of an order, placed just now perhaps."""
        self._add(lambda _: CancelOrder(account_id=self._account_id, order_id=order.order_id))

    def amend(self, order: OrderHandle, price_ticks: int, qty_lots: int, flags: OrderFlag) -> None:
        """Another price or total."""
        self._add(
            lambda _: ReplaceOrder(
                account_id=self._account_id, order_id=order.order_id, price=price_ticks, qty=qty_lots, flags=flags
            )
        )

    def take(self, first_sequence: int) -> tuple[list[Command], list[OrderHandle]]:
        """Commands, the first of which will have `first_sequence`, and the orders that got their ids."""
        commands = [build(first_sequence + index) for index, build in enumerate(self._requests)]
        placed = self._new
        self.clear()
        return commands, placed

    def clear(self) -> list[OrderHandle]:
        """Forget everything; the orders that were never sent."""
        dropped, self._new, self._requests = self._new, [], []
        return dropped

    def begin_instant(self, now_ns: int) -> None:
        """Engine time moved: the count of this instant starts again."""
        if now_ns != self._instant_ns:
            self._instant_ns, self._count = now_ns, 0

    def _add(self, build: Callable[[int], Command]) -> None:
        self._count += 1
        if self._count > _PER_INSTANT_MAX:
            raise StrategyError(
                f"It asked for more than {_PER_INSTANT_MAX} things at one instant.",
                "Look for a hook that answers the result of its own order with another order.",
            )
        self._requests.append(build)
