"""A feed and a simulated exchange as one source: the exchange sees each tick before the strategies do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from cambist.application.ports.source import Source, Tick
from cambist.domain.errors import InputError
from cambist.domain.market_data import BookSnapshot
from cambist.domain.message import Command, Event
from cambist.infrastructure.venues.simulated.simulated_exchange import DEFAULT_LATENCY_NS, SimulatedExchange


class BookFeed(Source, Protocol):
    """A source of market data that can say what the book is now."""

    def book(self) -> BookSnapshot:
        """The book after everything played so far; empty where it is not known."""


class RecordedVenue:
    """A market to trade on made of data that already happened.

    It ends with its feed, as soon as nothing is on its way any more; orders that still wait then stay open.
    """

    def __init__(self, feed: BookFeed, instrument_id: int = 1, latency_ns: int = DEFAULT_LATENCY_NS) -> None:
        """`feed` brings the market data of `instrument_id`, an EXTERNAL instrument it defines."""
        self.slot = feed.slot
        self.exchange = SimulatedExchange(instrument_id, latency_ns)
        self._feed = feed

    def definitions(self) -> list[Command]:
        """Those of the feed."""
        return self._feed.definitions()

    def next_ns(self) -> int | None:
        """When the feed or the exchange acts next; None at the end."""
        feed_ns = self._feed.next_ns()
        if feed_ns is None:
            return self.exchange.next_message_ns()
        exchange_ns = self.exchange.next_ns()
        return feed_ns if exchange_ns is None else min(feed_ns, exchange_ns)

    def advance(self, now_ns: int) -> Tick:
        """What the next instant brings: market data first, then reports of the exchange."""
        due_ns = self.next_ns()
        tick = Tick()
        if due_ns is not None and self._feed.next_ns() == due_ns:
            tick = self._feed.advance(now_ns)
            self.exchange.on_market(tick.market, due_ns)
        reports = self.exchange.advance(now_ns if due_ns is None else due_ns)
        return Tick(commands=(*tick.commands, *reports), market=tick.market) if reports else tick

    def on_events(self, events: Sequence[Event]) -> None:
        """The engine's requests set out for the exchange."""
        self.exchange.on_events(events)
        self._feed.on_events(events)

    def save(self) -> bytes:
        """Feed and exchange."""
        return msgspec.msgpack.encode((self._feed.save(), self.exchange.save()))

    def load(self, state: bytes) -> None:
        """Carry on from a saved state. Raises InputError where the bytes are none."""
        try:
            feed, exchange = msgspec.msgpack.decode(state, type=tuple[bytes, bytes])
        except msgspec.DecodeError as error:
            raise InputError(
                f"The saved state of the recorded venue cannot be read: {error}.",
                "Start with a new data directory, or restore this one from a backup.",
            ) from error
        self._feed.load(feed)
        self.exchange.load(exchange, self._feed.book())
