"""Packed commands to measure the whole desk with: a market, and orders that trade, rest, or spread over a market."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate

from msgspec.structs import replace

from cambist.domain.commands import DefineInstrument, SetLimits
from cambist.domain.limits import Limits
from cambist.domain.message import Command
from cambist.domain.plain_commands import (
    E8,
    START_NS,
    define_instrument,
    open_desk_account,
    open_member,
    run_strategy,
    set_limits,
)
from cambist.domain.plain_commands import limit_order as order
from cambist.domain.vocabulary import Side, TimeInForce
from cambist.protocols.records import encode

PAUSE_NS = 1_000
DESK, MEMBER, STRATEGY = 1, 2, 1
BID, ASK = 99, 101
DEPTH = 10**8


def stamped(commands: Iterator[Command], sequence: int) -> list[bytes]:
    """Packed commands behind a sequence, each a microsecond after the last."""
    return [
        encode(replace(command, sequence=number, now_ns=START_NS + number * PAUSE_NS))
        for number, command in enumerate(commands, sequence + 1)
    ]


def market() -> list[Command]:
    """One instrument with deep quotes of a member, a strategy of the desk, every limit set and none near."""
    return [
        _instrument(1),
        *_desk_account(DESK),
        open_member(MEMBER),
        *run_strategy(STRATEGY, DESK, "bench"),
        _limits(DESK, 0),
        _limits(DESK, STRATEGY),
        order(Side.BUY, DEPTH, BID, account_id=MEMBER),
        order(Side.SELL, DEPTH, ASK, account_id=MEMBER),
    ]


def trading(count: int) -> Iterator[Command]:
    """Orders of the desk that trade at once, buying and selling in turn."""
    for number in range(count):
        side, price = ((Side.BUY, ASK), (Side.SELL, BID))[number % 2]
        yield order(
            side, 1, price, strategy_id=STRATEGY, time_in_force=TimeInForce.IOC, client_order_id=f"order-{number}"
        )


def resting(count: int) -> Iterator[Command]:
    """Orders of the desk that only rest, spread over fifty prices of each side."""
    for number in range(count):
        side, price = ((Side.BUY, BID - number % 50), (Side.SELL, ASK + number % 50))[number % 2]
        yield order(side, 1, price, strategy_id=STRATEGY)


def wide_market(instruments: int, accounts: int) -> list[Command]:
    """Instruments 1.., desk accounts 1.. without strategies, quotes of one more account that is a member."""
    member = accounts + 1
    return [
        *(_instrument(number) for number in range(1, instruments + 1)),
        *(command for number in range(1, accounts + 1) for command in _desk_account(number)),
        *(_limits(number, 0) for number in range(1, accounts + 1)),
        open_member(member),
        *(
            order(side, DEPTH, price, account_id=member, instrument_id=number)
            for number in range(1, instruments + 1)
            for side, price in ((Side.BUY, BID), (Side.SELL, ASK))
        ),
    ]


def zipf_distributed(count: int, instruments: int, accounts: int, seed: int = 1) -> Iterator[Command]:
    """Orders that trade, where the second instrument or account is half as busy as the first, the third a third."""
    chance = random.Random(seed)
    of_instrument, of_account = _zipf(instruments), _zipf(accounts)
    for number in range(count):
        side, price = ((Side.BUY, ASK), (Side.SELL, BID))[number % 2]
        yield order(
            side,
            1,
            price,
            account_id=_draw(chance, of_account),
            instrument_id=_draw(chance, of_instrument),
            time_in_force=TimeInForce.IOC,
            client_order_id=f"order-{number}",
        )


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def _draw(chance: random.Random, weights: list[float]) -> int:
    return bisect(weights, chance.random() * weights[-1]) + 1


def _instrument(instrument_id: int) -> DefineInstrument:
    return define_instrument(instrument_id, f"I{instrument_id}", max_order_qty=DEPTH)


def _desk_account(account_id: int) -> list[Command]:
    return open_desk_account(account_id, f"desk-{account_id}", 10**8 * E8)


def _limits(account_id: int, strategy_id: int) -> SetLimits:
    return set_limits(
        account_id,
        strategy_id,
        Limits(
            max_order_notional=10**6 * E8,
            max_position_notional=10**9 * E8,
            max_exposure_notional=10**9 * E8,
            max_daily_loss=10**7 * E8,
            max_drawdown=999_999,
            leverage=10,
            max_open_orders=10**7,
            max_orders_per_second=10**7,
        ),
    )
