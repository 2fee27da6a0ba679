"""Seeded commands about participants, for `random_commands`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cambist.domain import participant_commands as asked
from cambist.domain.commands import ANY_STRATEGY
from cambist.domain.fill import Fees, FeeTier
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderFlag, Side
from cambist.domain.widths import MAX_PRICE
from cambist.protocols.fee_tiers import encode_tiers
from cambist.protocols.quotes import QuoteEntry, encode_quotes, quote_order_id

Maker = Callable[[], Command]


@dataclass(frozen=True, slots=True)
class ParticipantCommands:
    """Makes them from the same ids as all others."""

    random: Random
    account: Callable[[], int]
    instrument: Callable[[], int]
    strategy: Callable[[int], int]
    sequence: Callable[[], int]
    placed: Callable[[int, int], None]
    """Takes order_id and account_id of an order that may come to be."""

    def weights(self) -> list[tuple[Maker, int]]:
        """How often each is asked."""
        return [
            (self._arm, 4),
            (self._end_session, 2),
            (self._throttle, 2),
            (self._quote, 30),
            (self._bust, 5),
            (self._correct, 5),
            (self._fee_tiers, 4),
            (self._protect, 7),
            (self._reset_protection, 8),
        ]

    def _arm(self) -> Command:
        return asked.SetCancelOnDisconnect(account_id=self.account(), armed=self.random.randrange(4) > 0)

    def _end_session(self) -> Command:
        account_id = self.account()
        strategy_id = self.random.choice((ANY_STRATEGY, 0, self.strategy(account_id)))
        return asked.EndSession(account_id=account_id, strategy_id=strategy_id, session="fix-1")

    def _quote(self) -> Command:
        account_id, random = self.account(), self.random
        entries = [self._entry(quote_id) for quote_id in random.sample((1, 1, 2, 3), random.choice((1, 1, 2, 2, 3)))]
        side = random.choice(list(Side))
        if random.randrange(2):
            self.placed(quote_order_id(self.sequence(), 0, side), account_id)
        packed = encode_quotes(entries)
        return asked.MassQuote(
            account_id=account_id,
            strategy_id=self.strategy(account_id),
            instrument_id=random.choice((1, 1, 1, 2, self.instrument())),
            flags=self._flags(),
            quotes=packed if random.randrange(40) else random.choice((b"", packed[:-8], packed * 40)),
        )

    def _flags(self) -> OrderFlag:
        usual = (OrderFlag.NONE,) * 4 + (OrderFlag.POST_ONLY, OrderFlag.POST_ONLY | OrderFlag.REPRICE)
        odd = (OrderFlag.HIDDEN, OrderFlag.REDUCE_ONLY, OrderFlag.REPRICE, OrderFlag.QTY_INEXACT)
        return self.random.choice(usual if self.random.randrange(25) else odd)

    def _entry(self, quote_id: int) -> QuoteEntry:
        random = self.random
        bid_price = random.randint(94, 102)
        return QuoteEntry(
            quote_id=quote_id if random.randrange(80) else random.choice((0, 7)),
            bid_price=bid_price if random.randrange(60) else -1,
            bid_qty=random.choice((0, 1, 2, 3, 5, 8)) if random.randrange(60) else -2,
            ask_price=bid_price + random.choice((1, 2, 3, 4)) if random.randrange(60) else 90,
            ask_qty=random.choice((0, 1, 2, 3, 5, 8)),
        )

    def _protect(self) -> Command:
        random = self.random
        return asked.SetMarketMakerProtection(
            account_id=self.account(),
            instrument_id=random.choice((0, 1, 1, self.instrument())),
            window_ns=random.choice((0, -1, 1, 50_000_000, 2_000_000_000, 2_000_000_000, 10**13, 10**14)),
            max_fills=random.choice((1, 1, 2, 2, 3, 4_096, 0, 4_097)),
            max_qty=random.choice((0, 0, 6, 12, -1)),
            max_delta=random.choice((0, 0, 4, 8)),
        )

    def _reset_protection(self) -> Command:
        return asked.ResetProtection(account_id=self.account(), instrument_id=self.random.choice((0, 1, 2)))

    def _fee_tiers(self) -> Command:
        random = self.random
        volumes = random.choice(([], [0], [0, 500, 5_000], [0, 100, 20_000], [7], [0, 9, 9]))
        packed = encode_tiers(
            FeeTier(volume * 100_000_000, Fees(random.choice((-50, 0, 100)), random.choice((200, 400, 1_000_001))))
            for volume in volumes
        )
        return asked.SetFeeTiers(
            account_id=random.choice((0, 0, self.account())), tiers=packed if random.randrange(20) else packed + b"!"
        )

    def _bust(self) -> Command:
        return asked.BustTrade(trade_id=self._trade_id(), cause="drill")

    def _correct(self) -> Command:
        price = self.random.choice((0, MAX_PRICE + 1, MAX_PRICE, *range(92, 108)))
        return asked.CorrectTrade(trade_id=self._trade_id(), price=price, cause="drill")

    def _trade_id(self) -> int:
        """Of a trade that has been by then, mostly: about one command in fifteen trades."""
        return self.random.randint(0, max(1, self.sequence() // 15))

    def _throttle(self) -> Command:
        rate = self.random.choice((0, 0, 0, 1, 5, 30, 2_000_000_000, -1))
        return asked.SetThrottle(account_id=self.account(), messages_per_second=rate)
