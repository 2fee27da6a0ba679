"""What strategies hear of their mass quotes: orders that come of them, refusals, protections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cambist.application.strategy.market_state import MarketState
from cambist.application.strategy.order_handle import OrderHandle
from cambist.application.strategy.protection_latches import ALL_INSTRUMENTS, ProtectionEvent, ProtectionLatches
from cambist.application.strategy.runner import Runner
from cambist.domain.message import Event
from cambist.domain.participant_commands import MassQuote
from cambist.domain.participant_events import (
    MarketMakerProtectionChanged,
    ProtectionReset,
    ProtectionTriggered,
    QuoteAccepted,
    QuoteRejected,
)
from cambist.domain.reasons import known_reason
from cambist.protocols.participant_rows import ProtectionRow, QuoteRow
from cambist.protocols.snapshot import Sections

QUOTE_EVENTS = frozenset[type[Event]](
    (QuoteRejected, ProtectionTriggered, ProtectionReset, MarketMakerProtectionChanged)
)


class QuoteHooks:
    """Part of the executor, which owns the runners and their orders."""

    def __init__(self, runners: Mapping[int, Runner], market: MarketState) -> None:
        self._runners = runners
        self._market = market
        self._latches = ProtectionLatches()

    def restore(self, sections: Sections) -> None:
        """Quotes that stand and latches that are set; the handles of their orders are there already."""
        self._latches.restore(sections[ProtectionRow])
        for row in sections[QuoteRow]:
            runner = self._runners.get(row.strategy_id)
            if runner is None:
                continue
            ladder = runner.desk.ladder(self._market.books[row.instrument_id].instrument)
            for order_id in (row.bid_order_id, row.ask_order_id):
                if order_id in runner.desk.handles:
                    ladder.adopt(row.quote_id, runner.desk.handles[order_id])

    def on_answer(self, command: MassQuote, events: Iterable[Event]) -> Iterator[tuple[Runner, OrderHandle]]:
        """A mass quote was taken or refused: the orders that come of it, before anything is told of them."""
        runner = self._runners.get(command.strategy_id)
        if runner is None or runner.desk.account_id != command.account_id:
            return
        ladder = runner.desk.ladder(self._market.books[command.instrument_id].instrument)
        ladder.unanswered = max(0, ladder.unanswered - 1)
        for event in events:
            if isinstance(event, QuoteAccepted):
                for order in ladder.on_accepted(command, event):
                    runner.desk.handles[order.order_id] = order
                    yield runner, order

    def tell(self, event: QuoteRejected | ProtectionEvent) -> None:
        """One of QUOTE_EVENTS."""
        if isinstance(event, QuoteRejected):
            self._tell_refusal(event)
        else:
            self._tell_protection(event)

    def _tell_refusal(self, event: QuoteRejected) -> None:
        """To the one whose quotes they were."""
        runner = self._runners.get(event.strategy_id)
        if runner is not None and runner.is_active:
            symbol = self._market.books[event.instrument_id].symbol
            runner.call(runner.strategy.on_quotes_refused, symbol, known_reason(event.reason))

    def _tell_protection(self, event: ProtectionEvent) -> None:
        """To every strategy of the account, of each of its symbols where that changes something."""
        concerned = [
            (runner, instrument_id, self._latches.is_set(event.account_id, instrument_id))
            for runner in self._runners.values()
            if runner.is_active and runner.desk.account_id == event.account_id
            for instrument_id in sorted(runner.instrument_ids)
            if event.instrument_id in (ALL_INSTRUMENTS, instrument_id)
        ]
        self._latches.on_event(event)
        for runner, instrument_id, was_set in concerned:
            is_set = self._latches.is_set(event.account_id, instrument_id)
            if is_set is not was_set and runner.is_active:
                runner.call(runner.strategy.on_protection, self._market.books[instrument_id].symbol, is_set)
