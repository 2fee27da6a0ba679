"""Mass quotes of people and programs: two-sided quotes stated together, and taken back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.order_request import BY_HAND
from cambist.application.control_plane.quote_table import StandingQuote
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.refusal import Refusal, refusal
from cambist.domain.commands import CancelOrder
from cambist.domain.instrument import Instrument
from cambist.domain.order_amounts import OrderAmounts
from cambist.domain.participant_commands import MassQuote
from cambist.domain.participant_events import QuoteRejected
from cambist.domain.reasons import reason_name
from cambist.domain.vocabulary import OrderFlag
from cambist.protocols.quotes import QuoteEntry, encode_quotes


class QuoteRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One quote in decimal text; a side without a quantity is taken back."""

    quote_id: int
    bid_price: str | None
    bid_qty: str | None
    ask_price: str | None
    ask_qty: str | None


class QuoteService:
    """Answers with the quotes that stand afterwards. Raises ValueOutOfRange where text is no number, and the host's
    failures.
    """

    def __init__(self, gateway: CommandGateway, directory: Directory, model: ReadModel) -> None:
        self._gateway = gateway
        self._directory = directory
        self._model = model

    def standing(self, account: str | None, strategy: str | None, symbol: str | None) -> list[StandingQuote] | Refusal:
        """All that pass the filters."""
        account_id = None if account is None else self._directory.account_id(account)
        strategy_id = None if strategy is None else self._directory.strategy_id(strategy)
        instrument = None if symbol is None else self._directory.instrument(symbol)
        for named in (account_id, strategy_id, instrument):
            if isinstance(named, Refusal):
                return named
        instrument_id = instrument.instrument_id if isinstance(instrument, Instrument) else None
        wanted = (account_id, strategy_id, instrument_id)
        with self._model.reading() as model:
            return [
                quote
                for quote in model.quotes
                if all(want in (None, has) for want, has in zip(wanted, quote.key, strict=False))
            ]

    async def quote(
        self, account: str | None, symbol: str, quotes: Sequence[QuoteRequest], flags: OrderFlag
    ) -> list[StandingQuote] | Refusal:
        """State them by hand: each takes the place of the one of its quote_id, the others stand."""
        account_id, instrument = self._directory.account_id(account), self._directory.instrument(symbol)
        if isinstance(account_id, Refusal):
            return account_id
        if isinstance(instrument, Refusal):
            return instrument
        amounts = OrderAmounts(instrument.ticks, instrument.lots)
        entries = [_entry(quote, amounts) for quote in quotes]
        return await self._send(account_id, instrument, entries, flags | amounts.flags)

    async def cancel(
        self, account: str | None, symbol: str, quote_ids: Sequence[int] | None
    ) -> list[StandingQuote] | Refusal:
        """Take back those named, or all quotes by hand; the orders of other sides and strategies stay.

        Their orders are canceled one by one: a throttle lets cancels pass, a mass quote it may refuse.
        """
        account_id, instrument = self._directory.account_id(account), self._directory.instrument(symbol)
        if isinstance(account_id, Refusal):
            return account_id
        if isinstance(instrument, Refusal):
            return instrument
        standing = self._of(account_id, instrument)
        wanted = [quote for quote in standing if quote_ids is None or quote.key[3] in quote_ids]
        orders = [order_id for quote in wanted for order_id in (quote.bid_order_id, quote.ask_order_id) if order_id]
        cancels = [CancelOrder(account_id=account_id, order_id=order_id) for order_id in orders]
        receipts = await self._gateway.send_all(cancels) if cancels else []
        return receipts if isinstance(receipts, Refusal) else self._of(account_id, instrument)

    async def _send(
        self, account_id: int, instrument: Instrument, entries: Sequence[QuoteEntry], flags: OrderFlag
    ) -> list[StandingQuote] | Refusal:
        command = MassQuote(
            account_id=account_id,
            strategy_id=BY_HAND,
            instrument_id=instrument.instrument_id,
            flags=flags,
            quotes=encode_quotes(entries),
        )
        receipt = await self._gateway.carry_out(command)
        if isinstance(receipt, Refusal):
            return receipt
        for event in receipt.events:
            if isinstance(event, QuoteRejected) and event.account_id == account_id:
                return refusal(event.reason, f"No quote was changed: {reason_name(event.reason)}.")
        return self._of(account_id, instrument)

    def _of(self, account_id: int, instrument: Instrument) -> list[StandingQuote]:
        own = (account_id, BY_HAND, instrument.instrument_id)
        with self._model.reading() as model:
            return [quote for quote in model.quotes if quote.key[:3] == own]


def _entry(quote: QuoteRequest, amounts: OrderAmounts) -> QuoteEntry:
    return QuoteEntry(
        quote_id=quote.quote_id,
        bid_price=amounts.ticks(quote.bid_price),
        bid_qty=amounts.lots(quote.bid_qty),
        ask_price=amounts.ticks(quote.ask_price),
        ask_qty=amounts.lots(quote.ask_qty),
    )
