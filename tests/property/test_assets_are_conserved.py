"""Spot trading creates no asset and loses none, and nobody ever owes any, whatever is asked of the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from cambist.domain import commands
from cambist.domain.commands import AdjustHolding, AdvanceTime, NewOrder
from cambist.domain.events import HoldingChanged, OrderFilled
from cambist.domain.message import Command
from cambist.domain.vocabulary import OrderType, Side, TimeInForce
from cambist.engine.kernel import Kernel
from cambist.protocols.snapshot import HoldingRow, OrderRow, decode_snapshot
from cambist.testing.builders import E8, START_NS
from cambist.testing.kernel_factory import kernel_factory
from cambist.testing.random_commands import DESK_ACCOUNTS, MEMBERS, RandomCommands
from cambist.testing.random_spot import CASH, COIN, MAX_FEE, SPOT

COMMANDS_PER_STREAM = 1_200
QUIET = (commands.SetLimits, commands.SetTradingState, commands.Kill, commands.SetPhase, commands.SetSymbolPermission)


def spot_stream(seed: int) -> Iterator[Command]:
    """Desk accounts trade spot among themselves, and with members who quote, at fees that change all the time."""
    for made in RandomCommands(seed).stream(COMMANDS_PER_STREAM, START_NS):
        if isinstance(made, NewOrder):
            yield spot_order(made)
        elif isinstance(made, QUIET):
            fee = (0, 90, 650, 5_000)[made.sequence % 4]
            stamps = {"sequence": made.sequence, "now_ns": made.now_ns}
            account_id = DESK_ACCOUNTS[made.sequence % 2]
            yield commands.SetFees(account_id=account_id, instrument_id=SPOT, maker_fee=-50, taker_fee=fee, **stamps)
        elif isinstance(made, commands.SetThrottle):
            yield AdvanceTime(sequence=made.sequence, now_ns=made.now_ns)
        else:
            yield made


def spot_order(made: NewOrder) -> NewOrder:
    """By a desk account on the spot instrument; two in three are plain limit orders that can meet."""
    owner = made.account_id - 2 if made.account_id in MEMBERS else made.account_id
    strategy_id = 0 if owner != made.account_id else made.strategy_id
    if made.sequence % 3 == 0:
        return replace(made, instrument_id=SPOT, account_id=owner, strategy_id=strategy_id)
    return NewOrder(
        sequence=made.sequence,
        now_ns=made.now_ns,
        instrument_id=SPOT,
        account_id=owner,
        strategy_id=0,
        side=made.side,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        price=98 + made.sequence % 5,
        qty=1 + made.sequence % 4,
    )


def holdings_of(kernel: Kernel) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    """What each account has of each asset, and what its open orders may still take, at the prices they wait at."""
    _, sections = decode_snapshot(kernel.snapshot())
    balances = {(row.account_id, row.asset_id): row.balance for row in sections[HoldingRow]}
    promised: Counter[tuple[int, int]] = Counter()
    for row in sections[OrderRow]:
        if row.instrument_id == SPOT:
            leaves_qty = row.qty - row.filled_qty
            if row.side is Side.SELL:
                promised[row.account_id, COIN] += leaves_qty * E8
            else:
                value = row.price * leaves_qty * E8
                promised[row.account_id, CASH] += value + value * MAX_FEE // 1_000_000
    return balances, dict(promised)


@pytest.mark.parametrize("name", ["python", "native"])
@pytest.mark.parametrize("seed", range(500, 504))
def test_assets_change_by_deposits_and_fees_only_and_orders_are_paid_for(name: str, seed: int) -> None:
    factory = kernel_factory(name)
    if factory is None:
        pytest.skip("the Rust kernel is not installed: build it with 'make kernel'")
    kernel = factory.empty()
    given: Counter[int] = Counter()
    fills = 0
    for command in spot_stream(seed):
        events = kernel.apply(command)
        for event in events:
            if isinstance(event, HoldingChanged) and isinstance(command, AdjustHolding):
                given[event.asset_id] += event.amount
            elif isinstance(event, OrderFilled) and event.instrument_id == SPOT:
                fills += 1
                if event.account_id in DESK_ACCOUNTS:
                    given[CASH] -= event.commission
                else:
                    given[COIN] -= event.side.sign * event.last_qty * E8
                    given[CASH] += event.side.sign * event.last_qty * event.last_price * E8
        balances, promised = holdings_of(kernel)
        for asset_id in (COIN, CASH):
            held = sum(balance for (_, held_id), balance in balances.items() if held_id == asset_id)
            assert held == given[asset_id]
        assert all(balance > 0 for balance in balances.values())
        assert all(balances.get(key, 0) >= amount for key, amount in promised.items())
        if command.sequence % 90 == 0:
            kernel = factory.restore(kernel.snapshot())
    assert fills >= 4
