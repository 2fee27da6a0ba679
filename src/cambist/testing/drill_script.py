"""The scripted load of the kill drill: the same commands every time, each with a place of its own in the script."""

from __future__ import annotations

import random
from collections.abc import Iterator

from msgspec.structs import replace

from cambist.domain.commands import CancelOrder, NewOrder, ReplaceOrder
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderFlag, OrderType, Side, TimeInForce
from cambist.testing.builders import E8, START_NS, define_instrument, open_desk_account

STEP_NS = 7_000_000
"""Between two commands: valuations and other timers fall in between now and then."""
ACCOUNTS = (1, 2, 3)
MIDDLE_PRICE = 1_000


def drill_script(seed: int, orders: int) -> Iterator[Command]:
    """Setup, then about `orders` orders of three accounts with cancels and replacements between them, stamped.

    The command at place N has sequence N, so a journal's last sequence says how much of the script it holds.
    """
    random_source = random.Random(seed)
    commands = _setup()
    for number in range(1, orders + 1):
        commands.append(_order(random_source, number))
        chance = random_source.random()
        if chance < 0.15:
            commands.append(_cancel(random_source, number))
        elif chance < 0.25:
            commands.append(_replacement(random_source, number))
    for sequence, command in enumerate(commands, start=1):
        yield replace(command, sequence=sequence, now_ns=START_NS + sequence * STEP_NS)


def _setup() -> list[Command]:
    commands: list[Command] = [define_instrument(reference_price=MIDDLE_PRICE)]
    for account_id in ACCOUNTS:
        commands.extend(open_desk_account(account_id, f"account-{account_id}", balance_e8=10_000_000 * E8))
    return commands


def _order(random_source: random.Random, number: int) -> NewOrder:
    return NewOrder(
        instrument_id=1,
        account_id=_account_of(number),
        strategy_id=0,
        side=random_source.choice((Side.BUY, Side.SELL)),
        order_type=OrderType.LIMIT,
        time_in_force=random_source.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC)),
        flags=OrderFlag.NONE,
        price=MIDDLE_PRICE + random_source.randrange(-5, 6),
        qty=random_source.randrange(1, 20),
        client_order_id=f"order-{number}",
    )


def _cancel(random_source: random.Random, number: int) -> CancelOrder:
    earlier = random_source.randrange(max(1, number - 30), number + 1)
    return CancelOrder(account_id=_account_of(earlier), client_order_id=f"order-{earlier}")


def _replacement(random_source: random.Random, number: int) -> ReplaceOrder:
    earlier = random_source.randrange(max(1, number - 30), number + 1)
    price = MIDDLE_PRICE + random_source.randrange(-5, 6)
    return ReplaceOrder(
        account_id=_account_of(earlier),
        price=price,
        qty=random_source.randrange(1, 30),
        client_order_id=f"order-{earlier}",
    )


def _account_of(number: int) -> int:
    return ACCOUNTS[number % len(ACCOUNTS)]
