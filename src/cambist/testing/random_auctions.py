"""Seeded streams in which many orders of all kinds meet in auctions, with some continuous trading in between."""

from __future__ import annotations

from cambist.domain import commands
from cambist.domain.message import Command
from cambist.domain.vocabulary import MatchingRule, OrderFlag, OrderType, Phase, Side, TimeInForce
from cambist.testing.builders import define_instrument, open_desk_account, open_member
from cambist.testing.random_stream import RandomStream

_MILLION_E8 = 10**6 * 10**8
_DESK, _MEMBERS = (1, 2), (3, 4)
_TIME_OF = {Phase.OPENING_AUCTION: TimeInForce.AT_OPEN, Phase.CLOSING_AUCTION: TimeInForce.AT_CLOSE}
_AUCTIONS = (Phase.OPENING_AUCTION, Phase.VOLATILITY_AUCTION, Phase.CLOSING_AUCTION)


class RandomAuctions(RandomStream):
    """Unstamped commands without end; the stream stamps them."""

    def __init__(self, seed: int) -> None:
        super().__init__(f"auctions {seed}")
        self._phase = Phase.CONTINUOUS

    def _opening(self) -> list[Command]:
        return [
            define_instrument(1, "BTC", max_order_qty=1_000, price_band=200_000),
            define_instrument(2, "ETH", max_order_qty=1_000, price_band=200_000, matching=MatchingRule.PRO_RATA),
            *open_desk_account(1, "main", _MILLION_E8),
            *open_desk_account(2, "other", _MILLION_E8),
            open_member(3, "alice"),
            open_member(4, "bob"),
        ]

    def _pause_ns(self) -> int:
        pause_ns: int = self._random.choice((0, 0, 1_000_000, 100_000_000))
        return pause_ns

    def _any(self) -> Command:
        chance = self._random.randrange(100)
        if chance < 5:
            return self._change_phase()
        return self._order() if chance < 85 else self._amendment()

    def _change_phase(self) -> Command:
        """By turns into an auction and out of it, now and then through a halt or another auction."""
        usual = Phase.CONTINUOUS if self._phase.is_auction else self._random.choice(_AUCTIONS)
        self._phase = self._random.choice((*_AUCTIONS, Phase.HALTED)) if self._random.randrange(8) == 0 else usual
        return commands.SetPhase(instrument_id=self._instrument(), phase=self._phase)

    def _instrument(self) -> int:
        return self._random.choice((1, 1, 1, 2))

    def _order(self) -> Command:
        random = self._random
        account_id = random.choice((*_DESK, *_MEMBERS, *_MEMBERS))
        order_type = random.choice((*(OrderType.LIMIT,) * 5, OrderType.MARKET))
        time_in_force = TimeInForce.IOC if order_type is OrderType.MARKET else TimeInForce.GTC
        if random.randrange(4) == 0:
            time_in_force = _TIME_OF.get(self._phase, random.choice((TimeInForce.AT_CLOSE, time_in_force)))
        flags = self._flags(account_id) if time_in_force is TimeInForce.GTC else OrderFlag.NONE
        shows_all = time_in_force is not TimeInForce.GTC or OrderFlag.HIDDEN in flags
        return commands.NewInstructedOrder(
            instrument_id=self._instrument(),
            account_id=account_id,
            strategy_id=0,
            side=random.choice(list(Side)),
            order_type=order_type,
            time_in_force=time_in_force,
            flags=flags,
            price=random.randint(97, 103) if order_type.is_priced else 0,
            qty=random.randint(3, 20),
            display_qty=0 if shows_all else random.choice((0, 0, 0, 1, 3)),
        )

    def _flags(self, account_id: int) -> OrderFlag:
        reduces = OrderFlag.REDUCE_ONLY if account_id in _DESK else OrderFlag.NONE
        return self._random.choice((*(OrderFlag.NONE,) * 3, OrderFlag.HIDDEN, reduces, reduces))

    def _amendment(self) -> Command:
        random = self._random
        order_id, account_id = max(1, self._sequence - random.randint(1, 40)), random.choice((*_DESK, *_MEMBERS))
        if random.randrange(3):
            return commands.ReplaceOrder(
                account_id=account_id, order_id=order_id, price=random.randint(97, 103), qty=random.randint(1, 20)
            )
        return commands.CancelOrder(account_id=account_id, order_id=order_id)
